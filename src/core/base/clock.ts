/** The only source of time. It is passed in, so that a test controls it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** The server's clock minus ours, in milliseconds; 0 when the server did not send its time. */
export function clockOffsetMs(serverTime: Date | null, now: Date): number {
  return serverTime ? serverTime.getTime() - now.getTime() : 0;
}
