import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/clock.ts";
import { nextSlot } from "../../src/core/schedule.ts";
import type { Ports } from "../../src/flows/ports.ts";
import { copyResult } from "../../src/storage/copy-result.ts";
import { createMemoryBucket, createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";
import { createMemoryTables, type MemoryTables } from "../fakes/memory-tables.ts";
import { drawConfiguration } from "./configuration.ts";
import { emptyTally, type Evidence, type Tally, type Violation, type Warning } from "./evidence.ts";
import { drawFaultPlan, type FaultPlan, type Outage } from "./fault-plan.ts";
import { forgetNight } from "./forget-night.ts";
import { createLedger } from "./ledger.ts";
import { createOracle } from "./oracle.ts";
import { createProcesses } from "./processes.ts";
import { createRandom } from "./random.ts";
import { rerunNow } from "./rerun-now.ts";
import { createSimulatedClient } from "./simulated-client.ts";
import { createSimulatedQueue } from "./simulated-queue.ts";
import { createSimulatedWfm, type WfmNight } from "./simulated-wfm.ts";
import { stageSimply } from "./stage-simply.ts";
import { lakeThroughSteps, queueThroughSteps, storesThroughSteps } from "./step-ports.ts";
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
  const stores = createMemoryStores({ now: () => new Date(world.now()), tables });
  const bucket = createMemoryBucket();
  const wfm = createSimulatedWfm(world);
  const ledger = createLedger(tables.jobs);
  const tally = emptyTally();
  const outages: Outage[] = [];
  const blindAt: number[] = [];
  const budgetOf = (name: string) => configuration.catalog.findConnection(name)?.maxConcurrentJobs ?? 0;
  const { exports, connections, unitsOf } = configuration;
  const evidence = (): Evidence => ({
    warnings: warningsIn(tables),
    wfm,
    bucket,
    tables,
    ledger,
    exports,
    unitsOf,
    budgetOf,
    outages,
    blindAt,
    now: world.now(),
    tally,
  });
  const oracle = createOracle(evidence, ({ rule, detail }) => note("oracle", `VIOLATED ${rule}`, detail));
  const note = (who: string, what: string, outcome: string) => trace.note({ at: world.now(), who, what, outcome });
  const queue = createSimulatedQueue(world, oracle.threw);
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
      stores: storesThroughSteps(world, life, { stores, observer: oracle }),
      queue: queueThroughSteps(world, life, queue),
      catalog: configuration.catalog,
      findSmartSync: (name) => clients.get(name) ?? null,
      findObjectStore: (name) => (name === "lake" ? lake : null),
      stageResult: stageSimply,
      copyResult,
      notifier: {
        notify: async (text) => {
          const isHeard = random.chance(0.9);
          if (isHeard && text.startsWith("Nightferry works blind")) blindAt.push(world.now());
          return isHeard;
        },
      },
      clock: { now: () => new Date(world.now() + life.skewMs), sleep: (ms, signal) => world.sleep(life, ms, signal) },
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
      random: random.next,
      emit: (event) => {
        if (event.event === "alarm.raised") tally.alarms += 1;
        if (event.event === "job.moved" && event.by === "outdone") tally.outdone += 1;
        if (event.event === "job.moved") note(life.name, `  job ${event.jobId.slice(-6)} of ${event.export}`, `${event.by} -> ${event.to}`);
      },
      toolVersion: "0.0.0-simulated",
    };
    return options.breakPorts?.(ports) ?? ports;
  };

  let isQuiet = false;
  const processes = createProcesses(world, {
    replicas: random.whole(1, options.exports > 10 ? 3 : 2),
    scheduleShare: Math.min(1, 5 / options.exports),
    beatStretch: options.exports > 10 ? 8 : 4,
    isQuiet: () => isQuiet,
    queue,
    portsOf,
    prepare: async (ports) => await ports.stores.exports.sync(connections, exports),
    onDeath: ledger.interrupted,
    onStillborn: () => void (world.isOut("database") && blindAt.push(world.now())),
  });
  world.onFreeze = ledger.interrupted;

  await stores.exports.sync(connections, exports);
  const schedule = { cron: "30 1 * * *", timeZone: "America/Chicago" };
  const first = nextSlot(schedule, new Date(world.now()))?.at ?? new Date(world.now());
  for (const { name } of exports) await stores.exports.advance(name, null, first);

  const runsOf = (slot: Date) => [...tables.runs.values()].filter((run) => run.trigger === "manual" || run.createdAt >= slot);
  /** Everything that was asked for has ended, well or not. */
  const isDone = (slot: Date): boolean => {
    const runs = runsOf(slot);
    return runs.length >= exports.length && runs.every((run) => run.outcome !== "pending");
  };

  /** Results on the server that nobody has asked for, and that nobody has seen to yet. */
  const hasOrphans = (): boolean => {
    const claimed = new Set(tables.moves.flatMap(({ vendorJobId, event }) => (event === "disowned" ? [] : (vendorJobId ?? []))));
    const settled = new Set(
      [...tables.orphans.values()].flatMap(({ state, vendorJobId }) => (state === "rescued" || state === "gone" ? [vendorJobId] : [])),
    );
    return [...wfm.jobs.values()].some((job) => job.end === "completed" && !claimed.has(job.id) && !settled.has(job.id));
  };

  const runNight = async (): Promise<void> => {
    const slot = nextDue(tables.exports) ?? first;
    world.skipTo(slot.getTime() - random.between(0, 20) * SECOND_MS);
    const plan = drawFaultPlan(random, world.now());
    world.setPlan(plan);
    outages.push(...plan.outages);
    wfm.setNight(drawWfmNight(random, options, world.now()));
    const counted = { runs: tables.runs.size, jobs: tables.jobs.size };
    processes.startAll();
    enterMoments(world, plan, {
      flush: queue.flush,
      stop: processes.stopOne,
      killAll: processes.killAll,
      cleanUp: () => bucket.staged.clear(),
    });
    if (random.chance(0.4))
      rerunNow(world, { stores, clock: portsClock, tables, newId: () => `00000000-0000-4000-9000-${String(++ids).padStart(12, "0")}` });
    let asked = 0;
    isQuiet = false;
    const started = new Date(slot.getTime() - MINUTE_MS);
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
function warningsIn({ alarms }: MemoryTables): Warning[] {
  const warnings = [...alarms.values()].flatMap(({ news, raisedAt }) =>
    news.kind === "result-in-danger" ? [{ vendorJobId: news.vendorJobId, raisedAt: raisedAt.getTime() }] : [],
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
  for (const { system, from, until } of plan.outages) {
    world.at(from, () => {
      world.count(`outage of ${system}`);
      world.trace.note({ at: world.now(), who: "world", what: `OUTAGE of ${system}`, outcome: `until ${new Date(until).toISOString()}` });
      if (system === "processes") killAll("an outage");
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
