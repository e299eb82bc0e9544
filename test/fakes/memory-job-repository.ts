import { RETENTION_MS } from "../../src/core/jobs/deadline.ts";
import { type Job, type StateName, isTerminal, jobIdOf } from "../../src/core/jobs/job.ts";
import { isSameInterval, isSamePartition } from "../../src/core/jobs/same-partition.ts";
import { transition } from "../../src/core/jobs/transition.ts";
import type { JobRepository } from "../../src/core/persistence/job-repository.ts";
import { claimReady, claimSubmission } from "./memory-claims.ts";
import { type MemoryTables, byAge, compare } from "./memory-tables.ts";

const LATEST_JOBS = 20;

export function createMemoryJobRepository(tables: MemoryTables, now: () => Date): JobRepository {
  const { jobs, transitions, connections, artifacts, runs } = tables;
  const all = () => [...jobs.values()];
  const inStates = (states: readonly StateName[]) =>
    (states.some(isTerminal) ? all() : jobs.open()).filter(({ state }) => states.includes(state));
  const store = (before: Job, after: Job, event: string): boolean => storeTransition(tables, { before, after, event, at: now() });

  return {
    find: async (id) => jobs.get(id) ?? null,
    transition: async (before, after, event) => store(before, after, event),
    split: async (before, after, chunks) => {
      if (!isCurrent(tables, before)) return false;
      checkChunks(
        all().filter((job) => job.id !== before.id),
        chunks,
      );
      if (!store(before, after, "split")) return false;
      insertJobs(tables, chunks, { event: "split-off", at: now() });
      return true;
    },
    claimSubmission: async (claim) => {
      const job = claimSubmission(tables, claim);
      if (!job) return null;
      const after = transition(job, { type: "submit", fencingToken: claim.fencingToken }, claim.now);
      return store(job, after, "submit") && after.state === "submitting" ? after : null;
    },
    claimReady: async (claim) => {
      const job = claimReady(tables, claim);
      if (!job) return null;
      const { fencingToken, leaseUntil } = claim;
      const after = transition(job, { type: "claimed", fencingToken, leaseUntil }, claim.now);
      const isStored = store(job, after, "claimed") && after.state === "archiving";
      return isStored ? { job: after, artifact: artifacts.get(job.id) ?? null } : null;
    },
    loadPartition: async (job) => {
      const run = runs.get(job.runId);
      if (!run) throw new Error(`no run ${job.runId}`);
      const chunks = jobs
        .ofRun(job.runId)
        .filter((one) => isSameInterval(one.partition, job.partition) && one.state !== "split")
        .sort((a, b) => a.chunk - b.chunk || compare(a.id, b.id));
      const isShared = inStates(["archiving"]).some((other) => other.id !== job.id && isSamePartition(other, job));
      return { run, chunks: chunks.map((one) => ({ job: one, artifact: artifacts.get(one.id) ?? null })), isShared };
    },
    listByState: async (connection, states) =>
      inStates(states)
        .filter((job) => job.connection === connection)
        .sort(byAge),
    listNearDeadline: async (before, limit) => {
      const unseenSince = new Date(before.getTime() - RETENTION_MS);
      const finished = jobs
        .open()
        .filter((job) => job.state === "ready" || job.state === "archiving")
        .filter((job) => job.quarantine === null && job.deadline < before)
        .sort((a, b) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id));
      const unseen = jobs
        .open()
        .filter((job) => job.state === "waiting" || job.state === "running")
        .filter((job) => job.lastSeenInFlightAt < unseenSince)
        .sort((a, b) => a.lastSeenInFlightAt.getTime() - b.lastSeenInFlightAt.getTime() || compare(a.id, b.id));
      return [...finished, ...unseen].slice(0, limit);
    },
    markInFlight: async (ids, at) => {
      for (const job of ids.flatMap((id) => jobs.get(id) ?? [])) {
        const isOnServer = job.state === "waiting" || job.state === "running";
        if (isOnServer && job.lastSeenInFlightAt < at) jobs.set(job.id, { ...job, lastSeenInFlightAt: at });
      }
    },
    extendLease: async (id, fencingToken, leaseUntil) => {
      const job = jobs.get(id);
      if (job?.state !== "archiving" || job.fencingToken !== fencingToken) return false;
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
    listOfPartition: async (exportName, partition) =>
      all()
        .filter((job) => isSamePartition(job, { exportName, partition }))
        .sort(byAge),
    claimedJobIds: async (connection, ids) => {
      const wanted = new Set<string>(ids);
      const own = transitions
        .filter(({ jobId }) => jobId !== null && wanted.has(jobId))
        .filter(({ jobRowId }) => jobs.get(jobRowId)?.connection === connection);
      const rejected = new Set(own.flatMap(({ jobRowId, jobId, event }) => (event === "claim-rejected" ? [`${jobRowId} ${jobId}`] : [])));
      const claimed = own.filter(({ jobRowId, jobId }) => !rejected.has(`${jobRowId} ${jobId}`));
      return new Set(claimed.flatMap(({ jobId }) => jobId ?? []));
    },
    rejectedJobIds: async (id) => {
      const isRejected = ({ jobRowId, event }: (typeof transitions)[number]) => jobRowId === id && event === "claim-rejected";
      return new Set(transitions.filter(isRejected).flatMap(({ jobId }) => jobId ?? []));
    },
    connectionsWith: async (states) => {
      const found = new Set(inStates(states).map((job) => job.connection));
      return [...connections.keys()].filter((name) => found.has(name)).sort();
    },
    expectedDurationsMs: async (exportNames) =>
      new Map(
        exportNames.flatMap((exportName) => {
          const median = medianOf(latestDurations(all(), exportName));
          return median === null ? [] : [[exportName, median] as const];
        }),
      ),
    history: async (id) => transitions.filter((line) => line.jobRowId === id).map(({ from, to, event, at }) => ({ from, to, event, at })),
  };
}

function isCurrent({ jobs }: MemoryTables, before: Job): boolean {
  const stored = jobs.get(before.id);
  return stored?.state === before.state && stored.version === before.version;
}

interface Change {
  readonly before: Job;
  readonly after: Job;
  readonly event: string;
  readonly at: Date;
}

function storeTransition(tables: MemoryTables, { before, after, event, at }: Change): boolean {
  const { jobs, transitions } = tables;
  if (!isCurrent(tables, before)) return false;
  const jobId = jobIdOf(after);
  const hasSameJobId = (job: Job) => job.id !== after.id && job.connection === after.connection && jobIdOf(job) === jobId;
  if (jobId !== null && jobId !== jobIdOf(before) && [...jobs.values()].some(hasSameJobId)) return false;
  const isRival = (job: Job) => job.id !== after.id && job.state === "submitting" && job.connection === after.connection;
  const rivals = jobs.open().filter(isRival);
  if (after.state === "submitting" && rivals.some((job) => job.exporter === after.exporter && job.outputFormat === after.outputFormat)) {
    throw new Error("jobs_in_doubt_key: another submission is in doubt");
  }
  jobs.set(after.id, after);
  transitions.push({
    jobRowId: after.id,
    jobId: event === "claim-rejected" ? jobIdOf(before) : jobId,
    from: before.state,
    to: after.state,
    event,
    at,
  });
  return true;
}

export function insertJobs(
  { jobs, transitions }: Pick<MemoryTables, "jobs" | "transitions">,
  made: readonly Job[],
  { event, at }: { readonly event: string; readonly at: Date },
): void {
  checkChunks([...jobs.values()], made);
  for (const job of made) {
    jobs.set(job.id, job);
    transitions.push({ jobRowId: job.id, jobId: null, from: null, to: job.state, event, at });
  }
}

/** Chunks of one partition never share a number, except with jobs that were split. */
function checkChunks(stored: readonly Job[], made: readonly Job[]): void {
  const keyOf = ({ runId, partition, chunk }: Job) => `${runId} ${partition.from} ${partition.to} ${chunk}`;
  const runs = new Set(made.map(({ runId }) => runId));
  const known = new Set(stored.filter(({ state, runId }) => state !== "split" && runs.has(runId)).map(keyOf));
  for (const job of made) {
    if (known.has(keyOf(job))) throw new Error(`jobs_chunk_key: chunk ${job.chunk} exists already`);
    known.add(keyOf(job));
  }
}

function latestDurations(jobs: readonly Job[], exportName: string): number[] {
  return jobs
    .filter((job) => job.exportName === exportName)
    .filter((job) => job.state === "archived")
    .sort((a, b) => b.completedAt.getTime() - a.completedAt.getTime())
    .slice(0, LATEST_JOBS)
    .map((job) => job.completedAt.getTime() - job.submittedAt.getTime());
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
