import type { Gunzip, Gzip } from "node:zlib";

/** A zlib stream, fed by one writer that waits for every chunk: nothing piles up, and no error goes unheard. */
export interface ByteCodec {
  /** Resolves when the chunk is worked off, with the error that ended the stream or `null`. */
  write(chunk: Uint8Array): Promise<Error | null>;
  /** Resolves when everything has come out. */
  end(): Promise<Error | null>;
  /** How many of the bytes written had a meaning to it. */
  consumedBytes(): number;
  /** Frees its memory; harmless at any time. A write under way resolves. */
  close(): void;
}

/** What comes out goes to `onOutput` while the writer waits. */
export function createByteCodec(stream: Gzip | Gunzip, onOutput: (chunk: Buffer) => void): ByteCodec {
  let failure: Error | null = null;
  let bug: { readonly thrown: unknown } | null = null;
  let isClosed = false;
  let wake: (() => void) | null = null;
  // Thrown inside zlib's own callback, a bug would end the process; it is the writer's to know.
  stream.on("data", (chunk: Buffer) => {
    try {
      onOutput(chunk);
    } catch (thrown) {
      bug ??= { thrown };
      stream.destroy();
    }
  });
  stream.on("error", (error) => {
    failure = error;
  });
  // The end of everything, good or bad. zlib does not call back for a chunk that it fails on.
  stream.on("close", () => {
    isClosed = true;
    wake?.();
  });

  async function settled(start: (done: () => void) => void): Promise<Error | null> {
    if (!isClosed) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        start(resolve);
      });
      wake = null;
    }
    if (bug) throw bug.thrown;
    return failure;
  }

  return {
    write: (chunk) => settled((done) => stream.write(chunk, done)),
    end: () => settled(() => stream.end()),
    consumedBytes: () => stream.bytesWritten,
    close: () => stream.destroy(),
  };
}
