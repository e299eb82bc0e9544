import { MINUTE_MS, SECOND_MS } from "../core/clock.ts";

/** How long each phase of a call may take, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  readonly secureConnectMs: number;
  /** Silence on the socket of a small call. */
  readonly socketMs: number;
  /** Sending the request, once connected. */
  readonly sendMs: number;
  /** From the request's last byte to the answer's headers. */
  readonly responseMs: number;
  /** A small call as a whole; results may take longer. */
  readonly callMs: number;
  /** Silence in the middle of a result while somebody waits for its bytes. */
  readonly idleMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  lookupMs: 10 * SECOND_MS,
  connectMs: 10 * SECOND_MS,
  secureConnectMs: 10 * SECOND_MS,
  socketMs: MINUTE_MS,
  sendMs: 30 * SECOND_MS,
  responseMs: MINUTE_MS,
  callMs: 2 * MINUTE_MS,
  idleMs: MINUTE_MS,
};

interface GotDelays {
  readonly lookup: number;
  readonly connect: number;
  readonly secureConnect: number;
  readonly send: number;
  readonly response: number;
}

/** Until the headers are there. After that a result is timed by its reader: a socket that waits for a slow reader is not silent. */
export function toResultDelays(timeouts: Timeouts): GotDelays {
  return {
    lookup: timeouts.lookupMs,
    connect: timeouts.connectMs,
    secureConnect: timeouts.secureConnectMs,
    send: timeouts.sendMs,
    response: timeouts.responseMs,
  };
}

export function toSmallCallDelays(timeouts: Timeouts): GotDelays & { readonly socket: number; readonly request: number } {
  return { ...toResultDelays(timeouts), socket: timeouts.socketMs, request: timeouts.callMs };
}
