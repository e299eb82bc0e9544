import { MINUTE_MS, SECOND_MS } from "../base/clock.ts";

export const SHORTEST_POLL_MS = 2 * SECOND_MS;
export const LONGEST_POLL_MS = MINUTE_MS;

/** What decides when a connection is polled next. */
export interface PollSituation {
  readonly now: Date;
  /** When each job in flight was submitted. */
  readonly submittedAt: readonly Date[];
  /** How long each of these jobs should take, in milliseconds, judging by earlier nights; `null`: unknown. */
  readonly expectedMs: readonly (number | null)[];
  /** Polls in a row that failed. */
  readonly failedPolls: number;
}

/**
 * How long to wait before the next poll, in milliseconds; `null`: no job is in flight. The job that can be finished first decides: one of
 * known duration is polled when it should be done, any other after an eighth of its age. The wait is between two seconds and a minute.
 */
export function nextPollIn(state: PollSituation): number | null {
  if (state.submittedAt.length === 0) return null;
  const waits = state.submittedAt.map((at, index) => waitFor(state.now.getTime() - at.getTime(), state.expectedMs[index] ?? null));
  const soonest = Math.min(...waits);
  return clamp(soonest * 2 ** state.failedPolls);
}

function waitFor(ageMs: number, expectedMs: number | null): number {
  const byAge = clamp(ageMs / 8);
  return expectedMs !== null && ageMs < expectedMs ? Math.max(SHORTEST_POLL_MS, expectedMs - ageMs) : byAge;
}

function clamp(ms: number): number {
  return Math.round(Math.min(Math.max(ms, SHORTEST_POLL_MS), LONGEST_POLL_MS));
}
