import type { Failure } from "../core/base/failure.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import { TransferError } from "../core/ports/smartsync.ts";

/** Reads a body chunk by chunk, for one caller. An abort ends it even while no bytes arrive. */
export interface BodyReader {
  /** `null` at the end; `interrupted` once the signal has aborted; the failure of a `TransferError` if the transfer broke. */
  next(): Promise<Result<Uint8Array | null, Failure>>;
  /** Stops listening to the signal. */
  close(): void;
}

const INTERRUPTED = err<Failure>({ reason: "interrupted" });

export function readBody(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): BodyReader {
  const iterator = body[Symbol.asyncIterator]();
  // One listener for the whole body: a race against the signal for each chunk would leave a reaction behind each time.
  let interrupt: (() => void) | null = null;
  const onAbort = (): void => interrupt?.();
  signal?.addEventListener("abort", onAbort, { once: true });

  return {
    next() {
      if (signal?.aborted) return Promise.resolve(INTERRUPTED);
      return new Promise((resolve, reject) => {
        interrupt = () => resolve(INTERRUPTED);
        iterator.next().then(
          (step) => resolve(ok(step.done === true ? null : step.value)),
          (error: unknown) => {
            if (signal?.aborted) resolve(INTERRUPTED);
            else if (error instanceof TransferError) resolve(err(error.failure));
            else reject(error);
          },
        );
      });
    },
    close: () => signal?.removeEventListener("abort", onAbort),
  };
}
