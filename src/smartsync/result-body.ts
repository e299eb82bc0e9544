import type { Readable } from "node:stream";
import { TransferError } from "../core/ports/smartsync.ts";
import type { Failure } from "../core/base/failure.ts";
import { describeCode, errorCode } from "./translate-transport-error.ts";

export interface ResultBodyOptions {
  readonly stream: Readable;
  /** Content-Length, or `null` if it was not sent. */
  readonly announcedBytes: number | null;
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a result, read from the connection only as fast as the caller consumes them. Throws a `TransferError` if the body does not
 * end as announced.
 */
export function createResultBody(options: ResultBodyOptions): AsyncIterable<Uint8Array> {
  let isStarted = false;
  return {
    [Symbol.asyncIterator]() {
      if (isStarted) throw new Error("the body of a result can be read only once");
      isStarted = true;
      return readChunks(options);
    },
  };
}

async function* readChunks({ stream, announcedBytes, idleMs, signal }: ResultBodyOptions): AsyncGenerator<Uint8Array, void, void> {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let received = 0;
  let hasStalled = false;
  const stop = (): void => {
    hasStalled = true;
    stream.destroy();
  };
  try {
    for (;;) {
      // The timer runs only while this function waits for the server, so a slow reader does not count as a stall.
      const timer = setTimeout(stop, idleMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      received += next.value.length;
      yield next.value;
    }
  } catch (error) {
    const failure: Failure = hasStalled ? { reason: "body-stalled", received, idleMs } : translateBodyError(error, received, signal);
    throw new TransferError(failure);
  } finally {
    stream.destroy();
  }
  if (announcedBytes !== null && received !== announcedBytes) {
    throw new TransferError({ reason: "body-cut", received, detail: `${announcedBytes} bytes were announced` });
  }
}

function translateBodyError(error: unknown, received: number, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted) return { reason: "interrupted" };
  const code = errorCode(error);
  const detail = code === "ERR_STREAM_PREMATURE_CLOSE" ? "the connection was closed early" : describeCode(code);
  return { reason: "body-cut", received, detail };
}
