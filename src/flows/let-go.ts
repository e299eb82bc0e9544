import { subjectOf } from "../core/alarm.ts";
import { describeFailure } from "../core/describe-failure.ts";
import type { Failure, FailureReason } from "../core/failure.ts";
import type { Job } from "../core/job.ts";
import { ARCHIVE_RETRY } from "../core/retry-policy.ts";
import type { Announced } from "../core/smartsync.ts";
import { applyEvent } from "./apply-event.ts";
import { disownJob } from "./disown-job.ts";
import { endJob } from "./end-job.ts";
import type { Ports } from "./ports.ts";
import { raiseAlarms } from "./raise-alarms.ts";
import { jobRetryAt } from "./report-outcome.ts";
import type { ArchivingJob } from "./take-result.ts";

type LetGoPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findSmartSync" | "clock" | "random" | "emit">;

/** Why a result is not archived. `isOfCopy`: what was rescued is not what WFM announced, so WFM has to be asked again. */
export interface NotArchived {
  readonly failure: Failure;
  readonly isOfCopy: boolean;
}

/** The result stays where it is, and somebody comes back for it; only when WFM has it no more after its deadline is it lost. */
export async function letGo(ports: LetGoPorts, job: ArchivingJob, { failure, isOfCopy }: NotArchived, signal?: AbortSignal): Promise<void> {
  if (failure.reason === "foreign-rows") return await disownJob(ports, job, failure);
  const announced = IN_DOUBT.has(failure.reason) && !isOfCopy ? await announcedNow(ports, job, signal) : null;
  const now = ports.clock.now();
  const isInterrupted = failure.reason === "interrupted";
  const again = isInterrupted ? now : jobRetryAt(ports, { policy: ARCHIVE_RETRY, attempt: job.attempt, failure });
  const event = isOfCopy
    ? ({ type: "copy-rejected", failure, retryAt: again } as const)
    : ({ type: "put-back", failure, retryAt: again, ...(announced ? { announced } : {}) } as const);
  const ready = await applyEvent(ports, job, event);
  if (!ready) return;
  if (failure.reason === "job-unknown" && now >= job.deadline) return await lose(ports, { job, ready, failure });
  const delayMs = Math.max(0, again.getTime() - now.getTime());
  await ports.queue.send({ queue: "archive", jobId: ready.id, version: ready.version }, { delayMs });
}

async function lose(
  ports: LetGoPorts,
  { job, ready, failure }: { readonly job: ArchivingJob; readonly ready: Job; readonly failure: Failure },
): Promise<void> {
  const lost = await applyEvent(ports, ready, { type: "lost", failure });
  if (!lost) return;
  const { deadline, vendorJobId } = job;
  await raiseAlarms(ports, [{ kind: "result-lost", deadline, detail: describeFailure(failure), ...subjectOf(job, vendorJobId) }]);
  await endJob(ports, lost);
}

/** The result, or what WFM said about it, is wrong. */
const IN_DOUBT: ReadonlySet<FailureReason> = new Set(["total-missing", "records-differ", "bytes-differ"]);

/** What WFM states about the result now: the next try is measured against its latest word. `null`: it does not say. */
async function announcedNow(ports: LetGoPorts, job: ArchivingJob, signal?: AbortSignal): Promise<Announced | null> {
  const found = await ports.findSmartSync(job.connection)?.findJob(job.vendorJobId, signal);
  return found?.ok && found.value.status === "completed" ? found.value.announced : null;
}
