import { clockOffsetMs } from "../../core/base/clock.ts";
import type { OrphanId } from "../../core/base/ids.ts";
import type { JobListing, WfmJob } from "../../core/ports/smartsync.ts";
import { type Orphan, destinationFor, orphanedSince } from "../../core/quarantine/orphan.ts";
import { couldBe } from "../../core/submit/reconcile-submission.ts";
import { raiseAlerts } from "../alerts/raise-alerts.ts";
import type { Ports } from "../ports/ports.ts";

type RecordPorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "clock" | "newId" | "emit">;

/** Records the finished jobs of a listing that no row of ours claims and none can claim any longer. */
export async function recordOrphans(ports: RecordPorts, connection: string, listing: JobListing): Promise<void> {
  const policy = ports.registry.findConnection(connection)?.orphans;
  if (!policy || policy === "ignore") return;
  for (const status of await listUnclaimed(ports, connection, listing)) {
    const orphan = toOrphan(ports, connection, { status, serverTime: listing.serverTime });
    if (!(await ports.repositories.orphans.add(orphan))) continue;
    const { jobId, deadline } = orphan;
    ports.emit({ event: "orphan.found", connection, jobId, deadline });
    const isCopied = policy === "all" && destinationFor(orphan, ports.registry.exports()) !== null;
    if (isCopied) ports.wakeUps.send([{ role: "archive", id: null }]);
    else await raiseAlerts(ports, [{ kind: "orphan-found", connection, jobId, deadline }]);
  }
}

async function listUnclaimed({ repositories, clock }: RecordPorts, connection: string, listing: JobListing): Promise<WfmJob[]> {
  const finished = listing.jobs.filter((job) => job.status === "completed");
  if (finished.length === 0) return [];
  const ids = finished.map((job) => job.jobId);
  // In this order: an answer that arrives meanwhile turns an intent into a claim, never the other way round.
  const intents = await repositories.jobs.listByState(connection, ["submitting"]);
  const claimed = await repositories.jobs.claimedJobIds(connection, ids);
  const known = await repositories.orphans.known(connection, ids);
  const offsetMs = clockOffsetMs(listing.serverTime, clock.now());
  const mayBeClaimed = (job: WfmJob) => intents.some((intent) => intent.state === "submitting" && couldBe(intent, job, offsetMs));
  return finished.filter((job) => !claimed.has(job.jobId) && !known.has(job.jobId) && !mayBeClaimed(job));
}

function toOrphan(
  { clock, newId }: RecordPorts,
  connection: string,
  { status, serverTime }: { readonly status: WfmJob; readonly serverTime: Date | null },
): Orphan {
  const observedAt = clock.now();
  return {
    id: newId() as OrphanId,
    connection,
    jobId: status.jobId,
    status,
    foundAt: observedAt,
    ...orphanedSince(status, { observedAt, serverTime }),
    version: 0,
    state: "found",
    failedAttempts: 0,
    notBefore: null,
    lastFailure: null,
  };
}
