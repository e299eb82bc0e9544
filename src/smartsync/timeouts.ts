import { MINUTE_MS, SECOND_MS } from "../core/base/clock.ts";

/** How long each phase of a request may take, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  readonly secureConnectMs: number;
  /** Inactivity of the socket. Does not apply to results. */
  readonly socketMs: number;
  /** Sending the request, once connected. */
  readonly sendMs: number;
  /** From the last byte of the request to the headers of the response. */
  readonly responseMs: number;
  /** The whole request. Does not apply to results. */
  readonly requestMs: number;
  /** Inactivity during the body of a result, while the caller waits for bytes. */
  readonly idleMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  lookupMs: 10 * SECOND_MS,
  connectMs: 10 * SECOND_MS,
  secureConnectMs: 10 * SECOND_MS,
  socketMs: MINUTE_MS,
  sendMs: 30 * SECOND_MS,
  responseMs: MINUTE_MS,
  requestMs: 2 * MINUTE_MS,
  idleMs: MINUTE_MS,
};

interface GotTimeouts {
  readonly lookup: number;
  readonly connect: number;
  readonly secureConnect: number;
  readonly send: number;
  readonly response: number;
}

/**
 * These end when the headers arrive. From then on `createResultBody` measures the idle time, because a socket also idles for a slow reader.
 */
export function toResultTimeouts(timeouts: Timeouts): GotTimeouts {
  return {
    lookup: timeouts.lookupMs,
    connect: timeouts.connectMs,
    secureConnect: timeouts.secureConnectMs,
    send: timeouts.sendMs,
    response: timeouts.responseMs,
  };
}

export function toRequestTimeouts(timeouts: Timeouts): GotTimeouts & { readonly socket: number; readonly request: number } {
  return { ...toResultTimeouts(timeouts), socket: timeouts.socketMs, request: timeouts.requestMs };
}
