import type { ConnectionDefinition, ExportDefinition } from "../../src/core/export-definition.ts";
import { findExporter } from "../../src/core/exporter-catalog.ts";
import type { Event } from "../../src/core/event.ts";
import type { Job } from "../../src/core/job.ts";
import type { SmartSync } from "../../src/core/smartsync.ts";
import type { RunWithJobs, Stores } from "../../src/core/stores.ts";
import { createHandlers } from "../../src/flows/handlers.ts";
import { BEAT_MS } from "../../src/flows/keep-beating.ts";
import type { Ports } from "../../src/flows/ports.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { copyResult } from "../../src/storage/copy-result.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import type { ManualClock } from "../fakes/manual-clock.ts";
import { createMemoryMessageQueue, type MemoryMessageQueue } from "../fakes/memory-message-queue.ts";
import { createMemoryObjectStore, type MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";

/** The whole program on a virtual clock: what a process does in a night, step by step. */
export interface NightLoop {
  readonly clock: ManualClock;
  readonly lake: MemoryObjectStore;
  readonly disk: MemoryObjectStore;
  readonly queue: MemoryMessageQueue;
  readonly stores: Stores;
  readonly ports: Ports;
  readonly events: readonly Event[];
  /** What people were told. */
  readonly told: readonly string[];
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
  /** The door to WFM. */
  readonly openClient: (ports: Pick<Ports, "stores" | "emit">) => SmartSync;
  readonly connection?: Partial<ConnectionDefinition>;
  readonly exports?: readonly ExportDefinition[];
  /** How often the schedule and the sweep are woken; the program's own pace unless a test is about many hours. */
  readonly beatMs?: number;
  /** Told of everything that happens, as it happens. */
  readonly onEvent?: (event: Event) => void;
  /** What an earlier night left. */
  readonly stores?: Stores;
  readonly lake?: MemoryObjectStore;
}

const LONGEST_MS = 36 * 3_600_000;

export async function createNightLoop(options: NightLoopOptions): Promise<NightLoop> {
  const { clock } = options;
  const lake = options.lake ?? createMemoryObjectStore(undefined, { now: () => clock.now() });
  const disk = createMemoryObjectStore();
  const told: string[] = [];
  const beatMs = options.beatMs ?? BEAT_MS;
  const queue = createMemoryMessageQueue(clock);
  const stores = options.stores ?? createMemoryStores({ now: () => clock.now() });
  const connection = buildConnection(options.connection);
  const definitions = options.exports ?? [buildExport()];
  const events: Event[] = [];
  let made = options.stores ? 1_000_000 : 0;
  const emit = (event: Event): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const client = options.openClient({ stores, emit });
  const ports: Ports = {
    stores,
    queue,
    clock,
    catalog: {
      exports: () => definitions,
      findExport: (name) => definitions.find((definition) => definition.name === name) ?? null,
      findExporter,
      findConnection: (name) => (name === connection.name ? connection : null),
    },
    findSmartSync: (name) => (name === connection.name ? client : null),
    findObjectStore: (name) => ({ lake, disk })[name] ?? null,
    stageResult: createStageResult({ createRecordCounter }),
    copyResult,
    notifier: { notify: async (message) => (told.push(message), true) },
    newId: () => `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`,
    random: () => 0.5,
    emit,
    toolVersion: "0.0.0-test",
  };
  await stores.exports.sync([connection], definitions);
  const handlers = createHandlers(ports);
  const runs = () => stores.runs.list({ limit: 1000 });

  const step = async (until: number) => {
    const beat = Math.floor(clock.now().getTime() / beatMs);
    await queue.send({ queue: "schedule", beat });
    await queue.send({ queue: "maintain", beat });
    await queue.deliver(handlers);
    const nextBeat = (beat + 1) * beatMs;
    const nextMessage = queue.nextDueAt()?.getTime() ?? Infinity;
    const next = Math.min(until, nextBeat, Math.max(nextMessage, clock.now().getTime() + 1));
    await clock.advance(next - clock.now().getTime());
  };

  const night: NightLoop = {
    clock,
    lake,
    disk,
    queue,
    stores,
    ports,
    events,
    told,
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
