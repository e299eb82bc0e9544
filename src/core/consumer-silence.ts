import { MINUTE_MS, SECOND_MS } from "./clock.ts";

/** How often a process sends a canary to each of its queues, and after how long a silence it takes itself for deaf. */
export interface CanaryPlan {
  readonly everyMs: number;
  readonly silentAfterMs: number;
}

/**
 * Processes share a queue, and take each other's canaries: a process hears a canary with a chance of 1/N, but N processes send N
 * of them. In `silentAfterMs` there are 30 of its own and 30 N in all, so by chance alone it misses every one with a probability of
 * (1 - 1/N)^(30 N), which is less than e^-30, or 1 in 10^13, whatever N is. A hundred processes with five queues each make fewer than
 * 2 * 10^9 such tries in a year. Real messages, and the volleys that a silent process sends (`canariesFor`), make it less still.
 */
export const CANARY_PLAN: CanaryPlan = { everyMs: 10 * SECOND_MS, silentAfterMs: 5 * MINUTE_MS };

/** What one process knows of its consumer of one queue. */
export interface Listening {
  /** When the queue accepted canaries of ours, oldest first. Those before `heardAt` say nothing any more. */
  readonly acceptedAt: readonly Date[];
  /** When the consumer last received something, whoever sent it, or put something down. */
  readonly heardAt: Date;
  /** Whether it works on as many messages as it may: then it cannot take another, and is alive. */
  readonly isBusy: boolean;
}

/**
 * For how long, in milliseconds, the consumer has received nothing though the queue took canaries. A canary vouches for the time
 * until the next one was due: while the queue itself takes nothing, and while the machine sleeps, no silence adds up.
 */
export function silenceOf({ acceptedAt, heardAt, isBusy }: Listening, now: Date, plan: CanaryPlan = CANARY_PLAN): number {
  if (isBusy) return 0;
  const unheard = acceptedAt.map((at) => at.getTime()).filter((at) => at >= heardAt.getTime());
  const waits = unheard.map((at, index) => (unheard[index + 1] ?? now.getTime()) - at);
  return waits.reduce((sum, wait) => sum + Math.min(Math.max(wait, 0), plan.everyMs), 0);
}

export function isSilent(silentMs: number, plan: CanaryPlan = CANARY_PLAN): boolean {
  return silentMs >= plan.silentAfterMs;
}

const VOLLEY = 16;

/**
 * How many canaries to send at once. On PostgreSQL the consumers race for a message, and the one that is nearest to the database
 * wins every time. Whoever has heard nothing for half the time sends more than the winners have places to hold them in.
 */
export function canariesFor(silentMs: number, plan: CanaryPlan = CANARY_PLAN): number {
  return silentMs * 2 >= plan.silentAfterMs ? VOLLEY : 1;
}
