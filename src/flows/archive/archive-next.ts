import type { Failure } from "../../core/base/failure.ts";
import { type Breaker, type Dependency, isSameDependency } from "../../core/breakers/circuit-breaker.ts";
import type { ClaimScope, ClaimedResult } from "../../core/persistence/job-repository.ts";
import { recordFailure, recordSuccess } from "../breakers/record-outcome.ts";
import { PERMITTED, type Permit, claimProbes, returnProbes } from "../breakers/request-permit.ts";
import { emitTransition } from "../jobs/apply-event.ts";
import { LEASE_MS, withLease } from "../leases/with-lease.ts";
import { type ArchivePorts, archiveJob } from "./archive-job.ts";
import { completeResult } from "./complete-result.ts";
import { releaseResult } from "./release-result.ts";

/**
 * Archives one ready result: the named one, or the one with the earliest deadline. A result near its deadline is quarantined before
 * anything else is done with it. `false`: there is none.
 */
export async function archiveNext(ports: ArchivePorts, id: string | null, signal?: AbortSignal): Promise<boolean> {
  const claimed = await claim(ports, id, "closed-breakers");
  if (!claimed) return false;
  await archiveClaimed(ports, { claimed, permit: PERMITTED }, signal);
  return true;
}

/** Archives one result that needs a dependency whose breaker is half-open, to find out whether the dependency can be called again. */
export async function probeByArchiving(ports: ArchivePorts, signal?: AbortSignal): Promise<void> {
  const ready = async () => new Set(await ports.repositories.jobs.connectionsWith(["ready"]));
  const isWanted = async ({ kind, name }: Dependency) => kind === "destination" || (await ready()).has(name);
  const probes = await claimProbes(ports, isWanted);
  if (probes.length === 0) return;
  const claimed = await claim(ports, null, { probing: probes.map(({ dependency }) => dependency) });
  const isUsed = ({ dependency }: Breaker) => claimed !== null && dependenciesOf(claimed).some((one) => isSameDependency(one, dependency));
  await returnProbes(
    ports,
    probes.filter((probe) => !isUsed(probe)),
  );
  if (!claimed) return;
  await archiveClaimed(ports, { claimed, permit: { probing: probes.filter(isUsed).map(({ dependency }) => dependency) } }, signal);
}

async function claim(ports: ArchivePorts, id: string | null, scope: ClaimScope): Promise<ClaimedResult | null> {
  const now = ports.clock.now();
  const leaseUntil = new Date(now.getTime() + LEASE_MS);
  const claimed = await ports.repositories.jobs.claimReady({ id, scope, now, fencingToken: ports.newId(), leaseUntil });
  if (!claimed) return null;
  const { fencingToken } = claimed.job;
  emitTransition(ports, { before: { state: "ready" }, after: claimed.job, event: { type: "claimed", fencingToken, leaseUntil } });
  return claimed;
}

async function archiveClaimed(
  ports: ArchivePorts,
  { claimed, permit }: { readonly claimed: ClaimedResult; readonly permit: Permit },
  signal?: AbortSignal,
): Promise<void> {
  const { job } = claimed;
  const { jobs } = ports.repositories;
  const lease = { until: job.leaseUntil, extend: (until: Date) => jobs.extendLease(job.id, job.fencingToken, until) };
  const work = (leased: AbortSignal, isHeld: () => boolean) => archiveJob(ports, claimed, { signal: leased, isHeld });
  const archived = await withLease(ports, lease, work, signal);
  const dependencies = dependenciesOf(claimed);
  if (archived.ok) {
    await completeResult(ports, job, archived.value);
    await recordSuccess(ports, permit);
    return;
  }
  const failure: Failure = signal?.aborted ? { reason: "interrupted" } : archived.error.failure;
  await recordFailure(ports, dependencies, failure);
  await releaseResult(ports, job, { ...archived.error, failure }, signal);
}

/** A result needs its destination, and its connection unless it was quarantined. */
function dependenciesOf({ job }: ClaimedResult): Dependency[] {
  const destination: Dependency = { kind: "destination", name: job.destination };
  return job.quarantine ? [destination] : [destination, { kind: "connection", name: job.connection }];
}
