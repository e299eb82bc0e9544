import { HOUR_MS, MINUTE_MS } from "./clock.ts";
import { hoursLeft } from "./danger.ts";
import { RETENTION_MS } from "./deadline.ts";

/** A process that cannot use the tables sees no result and no deadline, and can keep no alarm: nobody would hear of anything. */
export interface Blindness {
  readonly since: Date;
  /** When people are to hear of it next. */
  readonly tellAt: Date;
}

/** A database that is only started again is not worth an alarm. */
const AFTER_MS = 15 * MINUTE_MS;
const AGAIN_MS = 4 * HOUR_MS;
/** After a try that nobody heard. */
const RETRY_MS = MINUTE_MS;

export function beginBlindness(since: Date): Blindness {
  return { since, tellAt: new Date(since.getTime() + AFTER_MS) };
}

export function isDue({ tellAt }: Blindness, now: Date): boolean {
  return now >= tellAt;
}

export function afterTelling({ since }: Blindness, wasHeard: boolean, now: Date): Blindness {
  return { since, tellAt: new Date(now.getTime() + (wasHeard ? AGAIN_MS : RETRY_MS)) };
}

/** One sentence for a chat channel. `detail` says why, and what to do. */
export function describeBlindness({ since }: Blindness, detail: string, now: Date): string {
  const firstLoss = new Date(since.getTime() + RETENTION_MS);
  return (
    `Nightferry works blind since ${since.toISOString()}: ${detail}. WFM deletes what it had finished by then until ` +
    `${firstLoss.toISOString()} (${hoursLeft(firstLoss, now)} h left), and nobody is told of each result in danger before the database is back`
  );
}
