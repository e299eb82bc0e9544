import type { Gunzip, Gzip } from "node:zlib";

/** A zlib stream with one writer, which waits for each chunk: nothing piles up, and every error reaches the writer. */
export interface ByteCodec {
  /** Resolves when the chunk is processed, with the error that ended the stream or `null`. */
  write(chunk: Uint8Array): Promise<Error | null>;
  /** Resolves when the last byte has come out. */
  end(): Promise<Error | null>;
  /** How many of the written bytes follow the end of the stream. */
  surplusBytes(): number;
  /** Frees its memory; harmless at any time. A write in progress resolves. */
  close(): void;
}

/** What comes out goes to `onOutput` while the writer waits. */
export function createByteCodec(stream: Gzip | Gunzip, onOutput: (chunk: Buffer) => void): ByteCodec {
  let writtenBytes = 0;
  let failure: Error | null = null;
  let isClosed = false;
  let wake: (() => void) | null = null;
  stream.on("data", onOutput);
  stream.on("error", (error) => {
    failure = error;
  });
  // The last event, after success and failure alike. zlib calls no callback for the chunk that it fails on.
  stream.on("close", () => {
    isClosed = true;
    wake?.();
  });

  async function finished(start: (done: () => void) => void): Promise<Error | null> {
    if (!isClosed) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        start(resolve);
      });
      wake = null;
    }
    return failure;
  }

  return {
    write(chunk) {
      writtenBytes += chunk.length;
      return finished((done) => stream.write(chunk, done));
    },
    end: () => finished(() => stream.end()),
    surplusBytes: () => writtenBytes - stream.bytesWritten,
    close: () => stream.destroy(),
  };
}
