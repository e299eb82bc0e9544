import type { JobEvent } from "./job-transitions.ts";
import { SUBMIT_RETRY, retryAt } from "./retry-policy.ts";
import type { JobMove } from "./stores.ts";

/** A job that WFM forgets so often in a row is not submitted once more by itself: each time may cost WFM the work of a whole export. */
const MOST_VANISHINGS = 3;

/** What follows when WFM no longer knows a job that it had taken and not finished: another submit, later each time, or the end. */
export function afterVanishing(
  vendorJobId: string,
  history: readonly JobMove[],
  { now, random }: { readonly now: Date; readonly random: number },
): JobEvent {
  const sinceResumed = history.slice(history.findLastIndex(({ event }) => event === "resumed") + 1);
  const times = sinceResumed.filter(({ event }) => event === "vanished").length + 1;
  if (times >= MOST_VANISHINGS) return { type: "failed", failure: { reason: "job-vanished", vendorJobId, times } };
  const failure = { reason: "job-unknown", vendorJobId } as const;
  return { type: "vanished", failure, retryAt: retryAt(SUBMIT_RETRY, times - 1, failure, { now, random }) };
}
