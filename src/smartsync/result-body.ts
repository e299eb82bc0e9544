import type { Readable } from "node:stream";
import { TransferError } from "../core/smartsync.ts";
import type { Failure } from "../core/failure.ts";
import { describeCode, errorCode } from "./translate-transport-error.ts";

export interface ResultBodyOptions {
  readonly stream: Readable;
  /** Content-Length; `null` when it was not sent. */
  readonly announcedBytes: number | null;
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of a result, taken from the connection only as fast as they are asked for. Every end but the announced one throws. */
export function createResultBody(options: ResultBodyOptions): AsyncIterable<Uint8Array> {
  let isTaken = false;
  return {
    [Symbol.asyncIterator]() {
      if (isTaken) throw new Error("a result's body can be read only once");
      isTaken = true;
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
      // Runs only while we wait: when the reader is slow, the silence is its own.
      const timer = setTimeout(stop, idleMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      received += next.value.length;
      yield next.value;
    }
  } catch (error) {
    const failure: Failure = hasStalled ? { reason: "body-stalled", received, idleMs } : explainBreak(error, received, signal);
    throw new TransferError(failure);
  } finally {
    stream.destroy();
  }
  if (announcedBytes !== null && received !== announcedBytes) {
    throw new TransferError({ reason: "body-cut", received, detail: `${announcedBytes} bytes were announced` });
  }
}

function explainBreak(error: unknown, received: number, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted) return { reason: "interrupted" };
  const code = errorCode(error);
  const detail = code === "ERR_STREAM_PREMATURE_CLOSE" ? "closed before its end" : describeCode(code);
  return { reason: "body-cut", received, detail };
}
