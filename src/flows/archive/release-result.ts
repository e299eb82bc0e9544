import { subjectOf } from "../../core/alerts/alert.ts";
import { describeFailure } from "../../core/base/describe-failure.ts";
import type { Failure, FailureReason } from "../../core/base/failure.ts";
import { ARCHIVE_RETRY } from "../../core/breakers/retry-policy.ts";
import type { Job } from "../../core/jobs/job.ts";
import type { ArchivingJob } from "../../core/persistence/job-repository.ts";
import type { Announced } from "../../core/ports/smartsync.ts";
import { raiseAlerts } from "../alerts/raise-alerts.ts";
import { retryJobAt } from "../breakers/record-outcome.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import { endJob } from "../jobs/end-job.ts";
import { rejectClaim } from "../poll/reject-claim.ts";
import type { Ports } from "../ports/ports.ts";

type ReleasePorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "findSmartSync" | "clock" | "random" | "emit">;

/** Why a result is not archived. `isOfCopy`: the quarantine copy is not what WFM announced, so WFM has to be asked again. */
export interface NotArchived {
  readonly failure: Failure;
  readonly isOfCopy: boolean;
}

/** Releases a result, to be tried again later. It is lost only when its deadline has passed and WFM no longer has it. */
export async function releaseResult(
  ports: ReleasePorts,
  job: ArchivingJob,
  { failure, isOfCopy }: NotArchived,
  signal?: AbortSignal,
): Promise<void> {
  if (failure.reason === "claim-rejected") return await rejectClaim(ports, job, failure);
  const announced = MAY_BE_ANNOUNCED_WRONG.has(failure.reason) && !isOfCopy ? await announcedNow(ports, job, signal) : null;
  const now = ports.clock.now();
  const isInterrupted = failure.reason === "interrupted";
  const again = isInterrupted ? now : retryJobAt(ports, { policy: ARCHIVE_RETRY, failedAttempts: job.failedAttempts, failure });
  const event = isOfCopy
    ? ({ type: "copy-rejected", failure, retryAt: again } as const)
    : ({ type: "released", failure, retryAt: again, ...(announced ? { announced } : {}) } as const);
  const ready = await applyEvent(ports, job, event);
  if (!ready) return;
  if (failure.reason === "job-unknown" && now >= job.deadline) return await lose(ports, { job, ready, failure });
  ports.wakeUps.send([{ role: "archive", id: ready.id }], { delayMs: Math.max(0, again.getTime() - now.getTime()) });
}

async function lose(
  ports: ReleasePorts,
  { job, ready, failure }: { readonly job: ArchivingJob; readonly ready: Job; readonly failure: Failure },
): Promise<void> {
  const lost = await applyEvent(ports, ready, { type: "lost", failure });
  if (!lost) return;
  const { deadline, jobId } = job;
  await raiseAlerts(ports, [{ kind: "result-lost", deadline, detail: describeFailure(failure), ...subjectOf(job, jobId) }]);
  await endJob(ports, lost);
}

const MAY_BE_ANNOUNCED_WRONG: ReadonlySet<FailureReason> = new Set(["total-missing", "records-differ", "bytes-differ"]);

/** What WFM announces about the result now: the next attempt is compared with it. `null`: WFM does not say. */
async function announcedNow(ports: ReleasePorts, job: ArchivingJob, signal?: AbortSignal): Promise<Announced | null> {
  const found = await ports.findSmartSync(job.connection)?.findJob(job.jobId, signal);
  return found?.ok && found.value.status === "completed" ? found.value.announced : null;
}
