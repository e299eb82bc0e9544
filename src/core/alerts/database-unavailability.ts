import { HOUR_MS, MINUTE_MS } from "../base/clock.ts";
import { RETENTION_MS } from "../jobs/deadline.ts";
import { hoursLeft } from "./deadline-warning.ts";

/** A process that cannot use the database sees no result and no deadline, and cannot raise alerts. */
export interface Unavailability {
  readonly since: Date;
  /** When to alert people next. */
  readonly alertAt: Date;
}

/** A database that is only restarted is not worth an alert. */
const FIRST_AFTER_MS = 15 * MINUTE_MS;
const REPEAT_MS = 4 * HOUR_MS;
/** After an alert that could not be delivered. */
const RETRY_MS = MINUTE_MS;

export function beginUnavailability(since: Date): Unavailability {
  return { since, alertAt: new Date(since.getTime() + FIRST_AFTER_MS) };
}

export function isDue({ alertAt }: Unavailability, now: Date): boolean {
  return now >= alertAt;
}

export function afterDelivery({ since }: Unavailability, wasDelivered: boolean, now: Date): Unavailability {
  return { since, alertAt: new Date(now.getTime() + (wasDelivered ? REPEAT_MS : RETRY_MS)) };
}

/** One sentence for a chat channel. `detail` says why the database cannot be used, and what to do. */
export function describeUnavailability({ since }: Unavailability, detail: string, now: Date): string {
  const firstLoss = new Date(since.getTime() + RETENTION_MS);
  return (
    `Nightferry cannot use its database since ${since.toISOString()}: ${detail}. Until the database is back no result is archived and no ` +
    `deadline warning is raised. WFM deletes the first results at ${firstLoss.toISOString()} (${hoursLeft(firstLoss, now)} h left)`
  );
}
