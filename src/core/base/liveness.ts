import { SECOND_MS } from "./clock.ts";

/** How often a process shows that it is running. */
export const HEARTBEAT_MS = 5 * SECOND_MS;

/** A process without a heartbeat for this long counts as dead. */
const DEAD_AFTER_MS = 3 * HEARTBEAT_MS;

/** Processes whose last heartbeat is older count as dead at `now`. */
export function aliveSince(now: Date): Date {
  return new Date(now.getTime() - DEAD_AFTER_MS);
}
