import { type AliveJobs, decideAdmission } from "../../src/core/budget.ts";
import { endangeredBefore } from "../../src/core/danger.ts";
import { RETENTION_MS } from "../../src/core/deadline.ts";
import { ALIVE_ON_SERVER, isTerminal, type Job, type StateName } from "../../src/core/job.ts";
import type { JobStore } from "../../src/core/stores.ts";
import { type MemoryTables, byAge, compare } from "./memory-tables.ts";

const LATEST_JOBS = 20;

type ReadyJob = Extract<Job, { readonly state: "ready" }>;

export function createMemoryJobStore({ jobs, moves, connections }: MemoryTables, now: () => Date): JobStore {
  const all = () => [...jobs.values()];
  const inStates = (states: readonly StateName[]) =>
    (states.some(isTerminal) ? all() : jobs.open()).filter(({ state }) => states.includes(state));
  const aliveOf = (connection: string) => jobs.open().filter((job) => job.connection === connection && ALIVE_ON_SERVER.includes(job.state));
  const ready = () =>
    jobs
      .open()
      .filter((job) => job.state === "ready")
      .sort((a, b) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id));

  const isCurrent = (before: Job): boolean => {
    const stored = jobs.get(before.id);
    return stored?.state === before.state && stored.version === before.version;
  };
  const move = (before: Job, after: Job, event: string): boolean => {
    if (!isCurrent(before)) return false;
    const vendorJobId = vendorJobIdOf(after);
    const isOthers = (job: Job) => job.id !== after.id && job.connection === after.connection && vendorJobIdOf(job) === vendorJobId;
    if (vendorJobId !== null && vendorJobId !== vendorJobIdOf(before) && all().some(isOthers)) return false;
    if (after.state === "submitting" && hasOpenIntent(aliveOf(after.connection), after))
      throw new Error("jobs_unsettled_intent_key: another intent is open");
    jobs.set(after.id, after);
    const known = event === "disowned" ? vendorJobIdOf(before) : vendorJobId;
    moves.push({ jobId: after.id, vendorJobId: known, from: before.state, to: after.state, event, at: now() });
    return true;
  };

  return {
    find: async (id) => jobs.get(id) ?? null,
    move: async (before, after, event) => move(before, after, event),
    split: async (before, after, pieces) => {
      if (!isCurrent(before)) return false;
      checkParts(
        all().filter((job) => job.id !== before.id),
        pieces,
      );
      if (!move(before, after, "split")) return false;
      insertJobs({ jobs, moves }, pieces, { event: "cut", at: now() });
      return true;
    },
    moveWithinBudget: async (before, after, budget) => {
      const alive = aliveOf(before.connection);
      if (alive.some((job) => job.id === before.id)) return "lost-race";
      const admission = decideAdmission(before, summarize(alive), budget);
      if (admission !== "admit") return admission;
      return move(before, after, "submit") ? "moved" : "lost-race";
    },
    listByState: async (connection, states, limit) =>
      inStates(states)
        .filter((job) => job.connection === connection)
        .sort(byAge)
        .slice(0, limit),
    listSubmittable: async (connection, at, limit) =>
      jobs
        .open()
        .filter((job) => job.connection === connection && job.state === "pending" && (job.notBefore === null || job.notBefore <= at))
        .sort(byAge)
        .slice(0, limit),
    alive: async (connection) => summarize(aliveOf(connection)),
    listReady: async ({ now: at, closed, limit }) => {
      const isOpen = (job: ReadyJob) =>
        !closed.destinations.includes(job.destination) && (job.rescue || !closed.connections.includes(job.connection));
      const due = ready().filter((job) => (job.notBefore === null || job.notBefore <= at) && isOpen(job));
      const isEndangered = (job: ReadyJob) => job.rescue === null && job.deadline < endangeredBefore(at);
      return [...due.filter(isEndangered), ...due.filter((job) => !isEndangered(job))].slice(0, limit);
    },
    listEndangered: async (before, limit) => {
      const unseenSince = new Date(before.getTime() - RETENTION_MS);
      const finished = jobs
        .open()
        .filter((job) => job.state === "ready" || job.state === "archiving")
        .filter((job) => job.rescue === null && job.deadline < before)
        .sort((a, b) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id));
      const unseen = jobs
        .open()
        .filter((job) => job.state === "waiting" || job.state === "running")
        .filter((job) => job.lastSeenAliveAt < unseenSince)
        .sort((a, b) => a.lastSeenAliveAt.getTime() - b.lastSeenAliveAt.getTime() || compare(a.id, b.id));
      return [...finished, ...unseen].slice(0, limit);
    },
    markAlive: async (ids, at) => {
      for (const job of ids.flatMap((id) => jobs.get(id) ?? [])) {
        const isOnServer = job.state === "waiting" || job.state === "running";
        if (isOnServer && job.lastSeenAliveAt < at) jobs.set(job.id, { ...job, lastSeenAliveAt: at });
      }
    },
    extendLease: async (id, token, leaseUntil) => {
      const job = jobs.get(id);
      if (job?.state !== "archiving" || job.token !== token) return false;
      jobs.set(id, { ...job, leaseUntil });
      return true;
    },
    listExpiredLeases: async (at, limit) =>
      jobs
        .open()
        .filter((job) => job.state === "archiving")
        .filter((job) => job.leaseUntil <= at)
        .sort((a, b) => a.leaseUntil.getTime() - b.leaseUntil.getTime() || compare(a.id, b.id))
        .slice(0, limit),
    listOfFolder: async (exportName, { from, to }) =>
      all()
        .filter((job) => job.exportName === exportName && job.partition.from === from && job.partition.to === to)
        .sort(byAge),
    claimedVendorIds: async (connection, ids) => {
      const asked = new Set<string>(ids);
      const own = moves
        .filter(({ vendorJobId }) => vendorJobId !== null && asked.has(vendorJobId))
        .filter(({ jobId }) => jobs.get(jobId)?.connection === connection);
      const disowned = new Set(own.flatMap(({ jobId, vendorJobId, event }) => (event === "disowned" ? [`${jobId} ${vendorJobId}`] : [])));
      const kept = own.filter(({ jobId, vendorJobId }) => !disowned.has(`${jobId} ${vendorJobId}`));
      return new Set(kept.flatMap(({ vendorJobId }) => vendorJobId ?? []));
    },
    disownedVendorIds: async (id) =>
      new Set(
        moves.flatMap(({ jobId, vendorJobId, event }) =>
          jobId === id && event === "disowned" && vendorJobId !== null ? [vendorJobId] : [],
        ),
      ),
    connectionsWith: async (states) => {
      const found = new Set(inStates(states).map((job) => job.connection));
      return [...connections.keys()].filter((name) => found.has(name)).sort();
    },
    expectedDurationMs: async (exportName) => {
      const latest = all()
        .filter((job) => job.exportName === exportName)
        .filter((job) => job.state === "archived")
        .sort((a, b) => b.completedAt.getTime() - a.completedAt.getTime())
        .slice(0, LATEST_JOBS);
      return median(latest.map((job) => job.completedAt.getTime() - job.submittedAt.getTime()));
    },
    history: async (id) => moves.filter((line) => line.jobId === id).map(({ from, to, event, at }) => ({ from, to, event, at })),
  };
}

export function insertJobs(
  { jobs, moves }: Pick<MemoryTables, "jobs" | "moves">,
  made: readonly Job[],
  { event, at }: { readonly event: string; readonly at: Date },
): void {
  checkParts([...jobs.values()], made);
  for (const job of made) {
    jobs.set(job.id, job);
    moves.push({ jobId: job.id, vendorJobId: null, from: null, to: job.state, event, at });
  }
}

/** One part of a folder for one place in it, those aside that others have replaced. */
function checkParts(stored: readonly Job[], made: readonly Job[]): void {
  const placeOf = ({ runId, partition, part }: Job) => `${runId} ${partition.from} ${partition.to} ${part}`;
  const runs = new Set(made.map(({ runId }) => runId));
  const taken = new Set(stored.filter(({ state, runId }) => state !== "split" && runs.has(runId)).map(placeOf));
  for (const job of made) {
    if (taken.has(placeOf(job))) throw new Error(`jobs_part_key: part ${job.part} exists already`);
    taken.add(placeOf(job));
  }
}

function summarize(jobs: readonly Job[]): AliveJobs {
  const unsettled = jobs.filter((job) => job.state === "submitting").map(({ exporter, outputFormat }) => ({ exporter, outputFormat }));
  return { count: jobs.length, unsettled };
}

function hasOpenIntent(alive: readonly Job[], { exporter, outputFormat }: Job): boolean {
  return summarize(alive).unsettled.some((key) => key.exporter === exporter && key.outputFormat === outputFormat);
}

function vendorJobIdOf(job: Job): string | null {
  if ("vendorJobId" in job) return job.vendorJobId;
  return "server" in job ? (job.server?.vendorJobId ?? null) : null;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
