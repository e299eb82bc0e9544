import type { Readable } from "node:stream";

/**
 * A signal for one request that follows `signal` until the request's stream is over. got lets go of a signal only when a stream is
 * destroyed, and a stream that was read to its end is not: on a signal that lives as long as the process, listeners would pile up.
 */
export function linkSignal(signal: AbortSignal): { readonly signal: AbortSignal; releaseAfter(stream: Readable): void } {
  const own = new AbortController();
  const follow = () => own.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow);
  const release = () => signal.removeEventListener("abort", follow);
  return {
    signal: own.signal,
    releaseAfter: (stream) => {
      stream.once("end", release);
      stream.once("close", release);
      stream.once("error", release);
    },
  };
}
