import { warnBefore } from "../../src/core/alerts/deadline-warning.ts";
import type { Dependency } from "../../src/core/breakers/circuit-breaker.ts";
import { IN_FLIGHT, type Job } from "../../src/core/jobs/job.ts";
import type { ClaimScope, ResultClaim, SubmissionClaim } from "../../src/core/persistence/job-repository.ts";
import { isSameSubmission } from "../../src/core/submit/submission-key.ts";
import { type MemoryTables, byAge, compare } from "./memory-tables.ts";

type PendingJob = Extract<Job, { readonly state: "pending" }>;
type ReadyJob = Extract<Job, { readonly state: "ready" }>;

/** Finds the job for a claim of a submission, and plans the poll of its connection as PostgreSQL does. */
export function claimSubmission(tables: MemoryTables, { scope, now, pollBy }: SubmissionClaim): PendingJob | null {
  const { jobs, connections } = tables;
  const mayCall = dependencyFilter(tables, scope);
  const isProbe = probeFilter(scope);
  const isAdmitted = (job: PendingJob): boolean => {
    const inFlight = jobs.open().filter((one) => one.connection === job.connection && IN_FLIGHT.includes(one.state));
    const isInDoubt = inFlight.some((one) => one.state === "submitting" && isSameSubmission(one, job));
    return inFlight.length < (connections.get(job.connection)?.maxConcurrentJobs ?? 0) && !isInDoubt;
  };
  const job = jobs
    .open()
    .filter((one) => one.state === "pending")
    .filter(({ connection }) => mayCall({ kind: "connection", name: connection }) && isProbe([{ kind: "connection", name: connection }]))
    .filter(({ notBefore }) => notBefore === null || notBefore <= now)
    .sort(byAge)
    .find(isAdmitted);
  const connection = job && connections.get(job.connection);
  if (!job || !connection) return null;
  const { nextPollAt } = connection;
  connections.set(job.connection, { ...connection, nextPollAt: nextPollAt && nextPollAt < pollBy ? nextPollAt : pollBy });
  return job;
}

/** Finds the job for a claim of a result. */
export function claimReady(tables: MemoryTables, { id, scope, now }: ResultClaim): ReadyJob | null {
  const mayUse = dependencyFilter(tables, scope);
  const isProbe = probeFilter(scope);
  const due = tables.jobs
    .open()
    .filter((job) => job.state === "ready")
    .filter((job) => (id === null || job.id === id) && (job.notBefore === null || job.notBefore <= now))
    .filter((job) => dependenciesOf(job).every(mayUse) && isProbe(dependenciesOf(job)))
    .sort((a, b) => a.deadline.getTime() - b.deadline.getTime() || compare(a.id, b.id));
  return due.find((job) => job.quarantine === null && job.deadline < warnBefore(now)) ?? due[0] ?? null;
}

function dependenciesOf(job: ReadyJob): Dependency[] {
  const destination: Dependency = { kind: "destination", name: job.destination };
  return job.quarantine ? [destination] : [destination, { kind: "connection", name: job.connection }];
}

function dependencyFilter({ breakers }: MemoryTables, scope: ClaimScope): (dependency: Dependency) => boolean {
  const probing = scope === "closed-breakers" ? [] : scope.probing;
  const isProbed = ({ kind, name }: Dependency) => probing.some((one) => one.kind === kind && one.name === name);
  return (dependency) => isProbed(dependency) || !breakers.has(`${dependency.kind} ${dependency.name}`);
}

function probeFilter(scope: ClaimScope): (used: readonly Dependency[]) => boolean {
  if (scope === "closed-breakers") return () => true;
  return (used) => used.some(({ kind, name }) => scope.probing.some((one) => one.kind === kind && one.name === name));
}
