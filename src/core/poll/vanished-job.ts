import type { JobEvent } from "../jobs/transition.ts";
import { SUBMIT_RETRY, retryAt } from "../breakers/retry-policy.ts";
import type { TransitionRecord } from "../jobs/transition.ts";

/** A job that WFM forgets this often in a row fails. Each submission may cost WFM the work of a whole export. */
const MOST_VANISHINGS = 3;

/** What follows when WFM no longer knows a job that it had accepted and not finished: another submission, later each time, or failure. */
export function afterVanishing(
  jobId: string,
  history: readonly TransitionRecord[],
  { now, random }: { readonly now: Date; readonly random: number },
): JobEvent {
  const sinceResumed = history.slice(history.findLastIndex(({ event }) => event === "resumed") + 1);
  const times = sinceResumed.filter(({ event }) => event === "vanished").length + 1;
  if (times >= MOST_VANISHINGS) return { type: "failed", failure: { reason: "job-vanished", jobId, times } };
  const failure = { reason: "job-unknown", jobId } as const;
  return { type: "vanished", failure, retryAt: retryAt(SUBMIT_RETRY, times - 1, failure, { now, random }) };
}
