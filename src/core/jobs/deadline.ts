import { HOUR_MS } from "../base/clock.ts";

/** WFM keeps a result for at least 24 hours after completion and deletes it within 48. Only the 24 hours can be relied on. */
export const RETENTION_MS = 24 * HOUR_MS;

/** What is known about when a job was completed. */
export interface CompletionEvidence {
  /** The last poll that found it unfinished, by our clock. */
  readonly lastSeenInFlightAt: Date;
  /** The poll that found it finished, by our clock. */
  readonly observedAt: Date;
  /** When the server says that it was, by the server's clock. Its time zone is not documented. */
  readonly lastStatusChange: Date | null;
  /** The server's clock at the poll that found it finished. */
  readonly serverTime: Date | null;
}

/**
 * When the job was completed, by our clock, and never later than it really was. The server's time is used only when it lies between the two
 * polls. Otherwise the earlier poll is, so that a wrong clock or time zone can only make the deadline earlier.
 */
export function completionTime(evidence: CompletionEvidence): Date {
  const { lastSeenInFlightAt, observedAt, lastStatusChange, serverTime } = evidence;
  if (!lastStatusChange) return lastSeenInFlightAt;
  const offsetMs = serverTime ? serverTime.getTime() - observedAt.getTime() : 0;
  const said = new Date(lastStatusChange.getTime() - offsetMs);
  return said >= lastSeenInFlightAt && said <= observedAt ? said : lastSeenInFlightAt;
}

export function deadlineFor(completedAt: Date): Date {
  return new Date(completedAt.getTime() + RETENTION_MS);
}
