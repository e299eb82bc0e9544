import { HOUR_MS } from "./clock.ts";

/** The pessimistic end of the vendor's promise: results are kept 24 hours after completion, and gone within 48. */
export const RETENTION_MS = 24 * HOUR_MS;

/** What is known about when a job was finished. */
export interface CompletionEvidence {
  /** The last look at which it was not finished yet, by our clock. */
  readonly lastSeenAliveAt: Date;
  /** The look at which it was finished, by our clock. */
  readonly observedAt: Date;
  /** The server's own word, by its clock; its zone is not documented. */
  readonly lastStatusChange: Date | null;
  /** The server's clock when it answered. */
  readonly serverTime: Date | null;
}

/**
 * When the job was finished, by our clock, never later than it can have been. The server's word counts only where it lies
 * between the two looks; otherwise the earlier look does, so that a wrong clock or zone can only make us hurry.
 */
export function completionTime(evidence: CompletionEvidence): Date {
  const { lastSeenAliveAt, observedAt, lastStatusChange, serverTime } = evidence;
  if (!lastStatusChange) return lastSeenAliveAt;
  const offsetMs = serverTime ? serverTime.getTime() - observedAt.getTime() : 0;
  const said = new Date(lastStatusChange.getTime() - offsetMs);
  return said >= lastSeenAliveAt && said <= observedAt ? said : lastSeenAliveAt;
}

export function deadlineFor(completedAt: Date): Date {
  return new Date(completedAt.getTime() + RETENTION_MS);
}
