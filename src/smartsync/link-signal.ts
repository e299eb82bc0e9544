import type { Readable } from "node:stream";

/**
 * A signal for one request that follows `signal` until the stream of the response ends. got removes its listener only when a stream is
 * destroyed, which does not happen to a stream that was read to its end. Listeners would accumulate on a signal that lives as long as the
 * process.
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
