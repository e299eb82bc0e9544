import type { ConnectionDefinition, ExportDefinition } from "../../src/core/exports/export-definition.ts";
import { findExporter } from "../../src/core/exporters/built-in-exporters.ts";
import type { Event } from "../../src/core/events/event.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { SmartSync } from "../../src/core/ports/smartsync.ts";
import type { RunWithJobs } from "../../src/core/jobs/run.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { POLL_INTERVAL_MS } from "../../src/flows/runtime/role-loop.ts";
import { createWork } from "../../src/flows/runtime/work.ts";
import { WORK_ROLES, type WorkRole } from "../../src/core/base/role.ts";
import type { Ports } from "../../src/flows/ports/ports.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { copyResult } from "../../src/storage/copy-result.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import type { ManualClock } from "../fakes/manual-clock.ts";
import { createMemoryWakeUps, type MemoryWakeUps } from "../fakes/memory-wake-ups.ts";
import { createMemoryObjectStore, type MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryRepositories } from "../fakes/memory-repositories.ts";
import { createMemoryTables, type MemoryTables } from "../fakes/memory-tables.ts";

/** The whole program on a virtual clock: what a process does in a night, step by step. */
export interface NightLoop {
  readonly clock: ManualClock;
  readonly lake: MemoryObjectStore;
  readonly disk: MemoryObjectStore;
  readonly wakeUps: MemoryWakeUps;
  /** What lies in the tables, for what no repository lists. */
  readonly tables: MemoryTables;
  /** What units of work threw. */
  readonly failures: readonly { readonly role: WorkRole; readonly error: unknown }[];
  readonly repositories: Repositories;
  readonly ports: Ports;
  readonly events: readonly Event[];
  /** The alerts that were delivered. */
  readonly delivered: readonly string[];
  /** Delivers what is due, and moves time to the next thing that is, until `isOver`; fails after a simulated day and a half. */
  until(isOver: () => Promise<boolean>): Promise<void>;
  /** Lets this much time pass, delivering what comes due. */
  pass(ms: number): Promise<void>;
  runs(): Promise<readonly RunWithJobs[]>;
  jobs(): Promise<readonly Job[]>;
  /** Until every run there is has an outcome. */
  untilFinished(): Promise<void>;
}

export interface NightLoopOptions {
  readonly clock: ManualClock;
  /** Opens the client of the only connection. */
  readonly openClient: (ports: Pick<Ports, "repositories" | "emit">) => SmartSync;
  readonly connection?: Partial<ConnectionDefinition>;
  readonly exports?: readonly ExportDefinition[];
  /** How often every role looks for due work by itself; the program's own pace unless a test is about many hours. */
  readonly intervalMs?: number;
  /** Called with every event as it happens. */
  readonly onEvent?: (event: Event) => void;
  /** What an earlier night left. */
  readonly tables?: MemoryTables;
  readonly lake?: MemoryObjectStore;
}

const LONGEST_MS = 36 * 3_600_000;

export async function createNightLoop(options: NightLoopOptions): Promise<NightLoop> {
  const { clock } = options;
  const lake = options.lake ?? createMemoryObjectStore(undefined, { now: () => clock.now() });
  const disk = createMemoryObjectStore();
  const delivered: string[] = [];
  const intervalMs = options.intervalMs ?? POLL_INTERVAL_MS;
  const wakeUps = createMemoryWakeUps(clock);
  const tables = options.tables ?? createMemoryTables();
  const repositories = createMemoryRepositories({ now: () => clock.now(), tables });
  const connection = buildConnection(options.connection);
  const definitions = options.exports ?? [buildExport()];
  const events: Event[] = [];
  const failures: { role: WorkRole; error: unknown }[] = [];
  let made = options.tables ? 1_000_000 : 0;
  const emit = (event: Event): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const client = options.openClient({ repositories, emit });
  const ports: Ports = {
    repositories,
    wakeUps,
    clock,
    registry: {
      exports: () => definitions,
      findExport: (name) => definitions.find((definition) => definition.name === name) ?? null,
      findExporter,
      findConnection: (name) => (name === connection.name ? connection : null),
    },
    findSmartSync: (name) => (name === connection.name ? client : null),
    findObjectStore: (name) => ({ lake, disk })[name] ?? null,
    stageResult: createStageResult({ createRecordCounter }),
    copyResult,
    notifier: { notify: async (message) => (delivered.push(message), true) },
    newId: () => `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`,
    random: () => 0.5,
    emit,
    toolVersion: "0.0.0-test",
  };
  await repositories.exports.sync([connection], definitions);
  const work = createWork(ports);
  const { signal } = new AbortController();
  const runs = () => repositories.runs.list({ limit: 1000 });

  /** What one role loop does with a wake-up, or at its poll interval (`null`). */
  const drain = async (role: WorkRole, id: string | null): Promise<void> => {
    try {
      if (id !== null) await work[role].claimNext(id, signal);
      else while (await work[role].claimNext(null, signal)) continue;
    } catch (error) {
      failures.push({ role, error });
    }
  };

  const deliverWakeUps = async (): Promise<void> => {
    for (let wakeUp = wakeUps.takeDue(); wakeUp; wakeUp = wakeUps.takeDue()) await drain(wakeUp.role, wakeUp.id);
  };

  const step = async (until: number): Promise<void> => {
    for (const role of WORK_ROLES) {
      await work[role].atInterval?.(signal);
      await drain(role, null);
    }
    await deliverWakeUps();
    const nextInterval = (Math.floor(clock.now().getTime() / intervalMs) + 1) * intervalMs;
    const nextWakeUp = wakeUps.nextDueAt()?.getTime() ?? Infinity;
    const next = Math.min(until, nextInterval, Math.max(nextWakeUp, clock.now().getTime() + 1));
    await clock.advance(next - clock.now().getTime());
  };

  const night: NightLoop = {
    clock,
    lake,
    disk,
    wakeUps,
    failures,
    repositories,
    tables,
    ports,
    events,
    delivered,
    runs,
    jobs: async () => (await runs()).flatMap((found) => found.jobs),
    until: async (isOver) => {
      const end = clock.now().getTime() + LONGEST_MS;
      while (!(await isOver())) {
        if (clock.now().getTime() >= end) throw new Error("the night did not come to its end");
        await step(end);
      }
    },
    pass: async (ms) => {
      const end = clock.now().getTime() + ms;
      while (clock.now().getTime() < end) await step(end);
    },
    untilFinished: () =>
      night.until(async () => {
        const all = await runs();
        return all.length > 0 && all.every(({ run }) => run.outcome !== "pending");
      }),
  };
  return night;
}
