import { assertNever } from "../base/assert-never.ts";
import { completionTime, deadlineFor } from "../jobs/deadline.ts";
import type { Failure } from "../base/failure.ts";
import type { JobEvent } from "../jobs/transition.ts";
import type { Job, Running, Waiting } from "../jobs/job.ts";
import type { WfmJob } from "../ports/smartsync.ts";

const TOO_LARGE = /too large/i;

/** What a poll means for a job that is in flight; `null`: nothing has changed. */
export function eventFor(
  job: Job & (Waiting | Running),
  seen: WfmJob,
  { observedAt, serverTime }: { readonly observedAt: Date; readonly serverTime: Date | null },
): JobEvent | null {
  switch (seen.status) {
    case "waiting":
    case "unknown":
      return null;
    case "running":
      return job.state === "waiting" ? { type: "started" } : null;
    case "completed": {
      const { lastSeenInFlightAt } = job;
      const completedAt = completionTime({ lastSeenInFlightAt, observedAt, lastStatusChange: seen.lastStatusChange, serverTime });
      return {
        type: "completed",
        completedAt,
        deadline: deadlineFor(completedAt),
        announced: seen.announced,
        additionalDetails: seen.additionalDetails,
      };
    }
    case "failed":
      return { type: "failed", failure: failureOf(seen) };
    case "canceled":
      return { type: "canceled", failure: { reason: "job-canceled" } };
    default:
      return assertNever(seen.status);
  }
}

function failureOf(seen: WfmJob): Failure {
  const detail = seen.errorDetails ?? "no reason given";
  return TOO_LARGE.test(detail) ? { reason: "result-too-large", detail } : { reason: "job-failed", detail };
}
