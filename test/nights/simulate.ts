import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import { nextScheduledTime } from "../../src/core/schedule/scheduled-time.ts";
import type { Ports } from "../../src/flows/ports/ports.ts";
import { copyResult } from "../../src/storage/copy-result.ts";
import { createMemoryBucket, createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryRepositories } from "../fakes/memory-repositories.ts";
import { createMemoryTables, type MemoryTables } from "../fakes/memory-tables.ts";
import { drawConfiguration } from "./configuration.ts";
import { emptyTally, type Evidence, type Tally, type Violation, type Warning } from "./evidence.ts";
import { drawFaultPlan, type FaultPlan, type Downtime } from "./fault-plan.ts";
import { forgetNight } from "./forget-night.ts";
import { createLedger } from "./ledger.ts";
import { createOracle } from "./oracle.ts";
import { createProcesses } from "./processes.ts";
import { createRandom } from "./random.ts";
import { rerunNow } from "./rerun-now.ts";
import { createSimulatedClient } from "./simulated-client.ts";
import { createSimulatedWakeUps } from "./simulated-wake-ups.ts";
import { createSimulatedWfm, type WfmNight } from "./simulated-wfm.ts";
import { stageSimply } from "./stage-simply.ts";
import { lakeThroughSteps, wakeUpsThroughSteps, repositoriesThroughSteps } from "./step-ports.ts";
import { createTrace } from "./trace.ts";
import { createWorld, type Life, type World } from "./world.ts";

/** What the product is known not to stand yet; each is switched on by name. */
export const HAZARDS = ["wrong-totals"] as const;

export type Hazard = (typeof HAZARDS)[number];

export interface SimulationOptions {
  readonly seed: number;
  readonly nights: number;
  readonly exports: number;
  readonly hazards?: readonly Hazard[];
  readonly onLine?: (line: string) => void;
  /** Breaks the program on purpose, to see that the oracle notices. */
  readonly breakPorts?: (ports: Ports) => Ports;
  /** Told after each night. */
  readonly onNight?: (night: number) => void;
}

export interface Report {
  readonly seed: number;
  /** How many nights there were until the first violation, or all of them. */
  readonly nights: number;
  readonly steps: number;
  readonly tally: Tally;
  readonly faults: ReadonlyMap<string, number>;
  readonly violations: readonly Violation[];
  readonly hash: string;
  readonly lines: readonly string[];
}

const START = Date.parse("2026-02-02T05:00:00.000Z");
const KEPT_LINES = 60;
/** After the last fault everything has to come to its end within this. */
const QUIET_MS = 8 * HOUR_MS;

/** Runs nights one after the other until the first that breaks a promise. */
export async function simulate(options: SimulationOptions): Promise<Report> {
  const random = createRandom(options.seed);
  const trace = createTrace({ keep: KEPT_LINES, onLine: options.onLine ?? null });
  const world = createWorld({ random, trace, start: START + random.whole(0, 364) * 24 * HOUR_MS });
  const site = await buildSite(world, options);
  let nights = 0;
  while (nights < options.nights && site.oracle.violations.length === 0) {
    await site.runNight();
    nights += 1;
    options.onNight?.(nights);
  }
  const { oracle, tally } = site;
  const { seed } = options;
  return {
    seed,
    nights,
    steps: trace.count(),
    tally,
    faults: world.faults,
    violations: oracle.violations,
    hash: trace.hash(),
    lines: trace.lines(),
  };
}

async function buildSite(world: World, options: SimulationOptions) {
  const { random, trace } = world;
  const configuration = drawConfiguration(random, options.exports);
  const tables = createMemoryTables();
  const repositories = createMemoryRepositories({ now: () => new Date(world.now()), tables });
  const bucket = createMemoryBucket();
  const wfm = createSimulatedWfm(world);
  const ledger = createLedger(tables.jobs);
  const tally = emptyTally();
  const downtimes: Downtime[] = [];
  const databaseAlertedAt: number[] = [];
  const limitOf = (name: string) => configuration.registry.findConnection(name)?.maxConcurrentJobs ?? 0;
  const { exports, connections, cellsOf } = configuration;
  const evidence = (): Evidence => ({
    warnings: warningsIn(tables),
    wfm,
    bucket,
    tables,
    ledger,
    exports,
    cellsOf,
    limitOf,
    downtimes,
    databaseAlertedAt,
    now: world.now(),
    tally,
  });
  const oracle = createOracle(evidence, ({ rule, detail }) => note("oracle", `VIOLATED ${rule}`, detail));
  const note = (who: string, what: string, outcome: string) => trace.note({ at: world.now(), who, what, outcome });
  const wakeUps = createSimulatedWakeUps(world);
  let ids = 0;

  const portsOf = (life: Life): Ports => {
    const lake = lakeThroughSteps(world, life, { lake: createMemoryObjectStore(bucket), observer: oracle });
    const clients = new Map(
      connections.map(({ name }) => {
        const deps = { wfm, ledger, connection: name, entities: configuration.entitiesOf(name), onPosted: oracle.posted };
        return [name, createSimulatedClient(world, life, deps)];
      }),
    );
    const ports: Ports = {
      repositories: repositoriesThroughSteps(world, life, { repositories, observer: oracle }),
      wakeUps: wakeUpsThroughSteps(world, life, wakeUps),
      registry: configuration.registry,
      findSmartSync: (name) => clients.get(name) ?? null,
      findObjectStore: (name) => (name === "lake" ? lake : null),
      stageResult: stageSimply,
      copyResult,
      notifier: {
        notify: async (text) => {
          const isHeard = random.chance(0.9);
          if (isHeard && text.startsWith("Nightferry cannot use its database")) databaseAlertedAt.push(world.now());
          return isHeard;
        },
      },
      clock: { now: () => new Date(world.now() + life.skewMs), sleep: (ms, signal) => world.sleep(life, ms, signal) },
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
      random: random.next,
      emit: (event) => {
        if (event.event === "work.failed") oracle.workFailed(event.role, event.detail);
        if (event.event === "alert.raised") tally.alerts += 1;
        if (event.event === "job.transitioned" && event.by === "superseded") tally.superseded += 1;
        if (event.event === "job.transitioned")
          note(life.name, `  job ${event.id.slice(-6)} of ${event.export}`, `${event.by} -> ${event.to}`);
      },
      toolVersion: "0.0.0-simulated",
    };
    return options.breakPorts?.(ports) ?? ports;
  };

  let isQuiet = false;
  const processes = createProcesses(world, {
    replicas: random.whole(1, options.exports > 10 ? 3 : 2),
    stretch: options.exports > 10 ? 8 : 4,
    isQuiet: () => isQuiet,
    wakeUps,
    portsOf,
    prepare: async (ports) => await ports.repositories.exports.sync(connections, exports),
    onDeath: ledger.interrupted,
    onStillborn: () => void (world.isOut("database") && databaseAlertedAt.push(world.now())),
  });
  world.onFreeze = ledger.interrupted;

  await repositories.exports.sync(connections, exports);
  const schedule = { cron: "30 1 * * *", timeZone: "America/Chicago" };
  const first = nextScheduledTime(schedule, new Date(world.now()))?.at ?? new Date(world.now());
  for (const { name } of exports) await repositories.exports.claimScheduledTimes(name, null, first, []);

  const runsOf = (time: Date) => [...tables.runs.values()].filter((run) => run.trigger === "manual" || run.createdAt >= time);
  /** Everything that was asked for has ended, well or not. */
  const isDone = (time: Date): boolean => {
    const runs = runsOf(time);
    return runs.length >= exports.length && runs.every((run) => run.outcome !== "pending");
  };

  /** Results on the server that were not requested, and that no process has copied yet. */
  const hasOrphans = (): boolean => {
    const claimed = new Set(tables.transitions.flatMap(({ jobId, event }) => (event === "claim-rejected" ? [] : (jobId ?? []))));
    const handled = new Set(
      [...tables.orphans.values()].flatMap(({ state, jobId }) => (state === "quarantined" || state === "gone" ? [jobId] : [])),
    );
    return [...wfm.jobs.values()].some((job) => job.end === "completed" && !claimed.has(job.id) && !handled.has(job.id));
  };

  const runNight = async (): Promise<void> => {
    const time = nextDue(tables.exports) ?? first;
    world.skipTo(time.getTime() - random.between(0, 20) * SECOND_MS);
    const plan = drawFaultPlan(random, world.now());
    world.setPlan(plan);
    downtimes.push(...plan.downtimes);
    wfm.setNight(drawWfmNight(random, options, world.now()));
    const counted = { runs: tables.runs.size, jobs: tables.jobs.size };
    processes.startAll();
    enterMoments(world, plan, {
      flush: wakeUps.flush,
      stop: processes.stopOne,
      killAll: processes.killAll,
      cleanUp: () => bucket.staged.clear(),
    });
    if (random.chance(0.4))
      rerunNow(world, {
        repositories,
        clock: portsClock,
        tables,
        wakeUps: { send: (sent, options) => wakeUps.send(sent, options?.delayMs ?? 0) },
        newId: () => `00000000-0000-4000-9000-${String(++ids).padStart(12, "0")}`,
      });
    let asked = 0;
    isQuiet = false;
    const started = new Date(time.getTime() - MINUTE_MS);
    const isOver = (): boolean => (isQuiet = isDone(started)) && !hasOrphans();
    await world.run(() => oracle.violations.length > 0 || (++asked % 64 === 0 && isOver()), plan.until + QUIET_MS);
    if (oracle.violations.length === 0) oracle.nightIsOver();
    tally.runs += tables.runs.size - counted.runs;
    tally.jobs += tables.jobs.size - counted.jobs;
    processes.endAll();
    world.setPlan(null);
    forgetNight({ tables, wfm, bucket, ledger }, { now: world.now(), doForgetSizes: random.chance(0.5) });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const portsClock = { now: () => new Date(world.now()), sleep: async () => undefined };

  return { oracle, tally, runNight };
}

/** What people were told of, or will be: the earliest of each result comes last. */
function warningsIn({ alerts }: MemoryTables): Warning[] {
  const warnings = [...alerts.values()].flatMap(({ body, raisedAt }) =>
    body.kind === "deadline-warning" ? [{ jobId: body.jobId, raisedAt: raisedAt.getTime() }] : [],
  );
  return warnings.sort((a, b) => b.raisedAt - a.raisedAt);
}

function nextDue(exports: ReadonlyMap<string, { readonly nextDueAt: Date | null }>): Date | null {
  const due = [...exports.values()].flatMap(({ nextDueAt }) => nextDueAt ?? []);
  return due.reduce<Date | null>((soonest, at) => (soonest && soonest <= at ? soonest : at), null);
}

interface Moments {
  readonly flush: () => void;
  readonly stop: () => void;
  readonly killAll: (why: string) => void;
  readonly cleanUp: () => void;
}

function enterMoments(world: World, plan: FaultPlan, { flush, stop, killAll, cleanUp }: Moments): void {
  for (const at of plan.flushes) world.at(at, flush);
  for (const at of plan.stops) world.at(at, stop);
  for (const at of plan.cleanups) world.at(at, cleanUp);
  for (const { component, from, until } of plan.downtimes) {
    world.at(from, () => {
      world.count(`downtime of ${component}`);
      world.trace.note({
        at: world.now(),
        who: "world",
        what: `DOWNTIME of ${component}`,
        outcome: `until ${new Date(until).toISOString()}`,
      });
      if (component === "processes") killAll("an downtime");
    });
  }
}

function drawWfmNight(random: ReturnType<typeof createRandom>, { exports, hazards = [] }: SimulationOptions, now: number): WfmNight {
  const forbidden = Array.from(
    { length: random.chance(0.15) ? random.whole(1, 3) : 0 },
    () => 1000 + random.whole(0, exports - 1) * 10 + random.whole(0, 3),
  );
  const forbiddenFrom = random.chance(0.5) ? 0 : now + random.magnitude(2 * MINUTE_MS, 60 * MINUTE_MS);
  return {
    skewMs: random.chance(0.5) ? 0 : Math.round(random.between(-3, 3) * MINUTE_MS),
    stampZoneMs: random.chance(0.9) ? 0 : random.whole(-8, 8) * HOUR_MS,
    mostRows: random.chance(0.25) ? random.whole(1, 12) : Infinity,
    forbidden: new Set(forbidden),
    forbiddenFrom,
    longestRunMs: random.magnitude(10 * SECOND_MS, (exports > 10 ? 2 : 10) * MINUTE_MS),
    doWrongTotals: hazards.includes("wrong-totals"),
    doLookAlikes: random.chance(0.5),
  };
}
