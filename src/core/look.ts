import { assertNever } from "./assert-never.ts";
import { completionTime, deadlineFor } from "./deadline.ts";
import type { Failure } from "./failure.ts";
import type { JobEvent } from "./job-transitions.ts";
import type { Job, Running, Waiting } from "./job.ts";
import type { VendorJob } from "./smartsync.ts";

const TOO_LARGE = /too large/i;

/** What a look at the server means for a job that is alive there; `null`: nothing new. */
export function eventFor(
  job: Job & (Waiting | Running),
  seen: VendorJob,
  { observedAt, serverTime }: { readonly observedAt: Date; readonly serverTime: Date | null },
): JobEvent | null {
  switch (seen.status) {
    case "waiting":
    case "unknown":
      return null;
    case "running":
      return job.state === "waiting" ? { type: "started" } : null;
    case "completed": {
      const { lastSeenAliveAt } = job;
      const completedAt = completionTime({ lastSeenAliveAt, observedAt, lastStatusChange: seen.lastStatusChange, serverTime });
      return {
        type: "completed",
        completedAt,
        deadline: deadlineFor(completedAt),
        announced: seen.announced,
        report: seen.additionalDetails,
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

function failureOf(seen: VendorJob): Failure {
  const detail = seen.errorDetails ?? "no reason given";
  return TOO_LARGE.test(detail) ? { reason: "result-too-large", detail } : { reason: "job-failed", detail };
}
