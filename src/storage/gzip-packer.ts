import { createGzip } from "node:zlib";
import type { Failure } from "../core/base/failure.ts";
import type { Upload } from "../core/ports/object-store.ts";
import { type Result, ok } from "../core/base/result.ts";
import { createByteCodec } from "./byte-codec.ts";

/** Compresses on the way into an upload. The same document gives the same bytes on every system. */
export interface GzipPacker {
  /** Resolves when there is room for the next chunk: one chunk is compressed while the next one arrives. */
  write(chunk: Uint8Array): Promise<Result<void, Failure>>;
  end(): Promise<Result<void, Failure>>;
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;

/** Level 1, because processor time is scarcer here than bandwidth and storage. */
export function createGzipPacker(upload: Pick<Upload, "write">): GzipPacker {
  const compressed: Buffer[] = [];
  let hasHeader = false;
  let isClosed = false;
  let inProgress: Promise<Result<void, Failure>> = Promise.resolve(ok(undefined));
  const codec = createByteCodec(createGzip({ level: 1, chunkSize: CHUNK_BYTES }), (chunk) => {
    if (!hasHeader) hideSystem(chunk);
    hasHeader = true;
    compressed.push(chunk);
  });

  async function store(packing: Promise<Error | null>): Promise<Result<void, Failure>> {
    const error = await packing;
    if (error) throw error;
    for (const chunk of compressed.splice(0)) {
      const stored = isClosed ? ok(undefined) : await upload.write(chunk);
      if (!stored.ok) return stored;
    }
    return ok(undefined);
  }

  /** Starts a step once the step before it is done, and passes on the failure of that one. */
  async function follow(step: () => Promise<Error | null>): Promise<Result<void, Failure>> {
    const before = await inProgress;
    if (!before.ok) return before;
    inProgress = store(step());
    // The next step throws it. If there is none, a failure elsewhere has ended the transfer.
    inProgress.catch(() => undefined);
    return ok(undefined);
  }

  return {
    write: (chunk) => follow(() => codec.write(chunk)),
    async end() {
      const ended = await follow(() => codec.end());
      return ended.ok ? await inProgress : ended;
    },
    close() {
      isClosed = true;
      codec.close();
    },
  };
}

const SYSTEM_AT = 9;
const UNKNOWN_SYSTEM = 0xff;

/** The gzip header names the operating system (RFC 1952, 2.3.1). */
function hideSystem(header: Buffer): void {
  header[SYSTEM_AT] = UNKNOWN_SYSTEM;
}
