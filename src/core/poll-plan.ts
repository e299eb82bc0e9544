import { MINUTE_MS, SECOND_MS } from "./clock.ts";

export const SHORTEST_LOOK_MS = 2 * SECOND_MS;
export const LONGEST_LOOK_MS = MINUTE_MS;

/** What decides how soon the next look at a connection pays off. */
export interface LookState {
  readonly now: Date;
  /** When each job that is alive on the server was submitted. */
  readonly submittedAt: readonly Date[];
  /** How long each of these jobs may be expected to take, in milliseconds, from earlier nights; `null` where nothing is known. */
  readonly expectedMs: readonly (number | null)[];
  /** Looks in a row that could not be made. */
  readonly failedLooks: number;
}

/**
 * How long to wait before the next list-all call, in milliseconds; `null` when no job is alive.
 * It adapts to the job that can be finished soonest: a job of known length is first looked for when it should be done,
 * any other is waited for in proportion to its age (an eighth), between 2 s and a minute.
 */
export function nextLookIn(state: LookState): number | null {
  if (state.submittedAt.length === 0) return null;
  const waits = state.submittedAt.map((at, index) => waitFor(state.now.getTime() - at.getTime(), state.expectedMs[index] ?? null));
  const soonest = Math.min(...waits);
  return clamp(soonest * 2 ** Math.min(state.failedLooks, 5));
}

function waitFor(ageMs: number, expectedMs: number | null): number {
  const byAge = clamp(ageMs / 8);
  return expectedMs !== null && ageMs < expectedMs ? Math.max(SHORTEST_LOOK_MS, expectedMs - ageMs) : byAge;
}

function clamp(ms: number): number {
  return Math.round(Math.min(Math.max(ms, SHORTEST_LOOK_MS), LONGEST_LOOK_MS));
}
