import { createGzip } from "node:zlib";
import type { Failure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import { type Result, ok } from "../core/result.ts";
import { createByteCodec } from "./byte-codec.ts";

/** Compresses on the way into an upload. The same bytes come out everywhere. */
export interface GzipPacker {
  /** Resolves when there is room for more. */
  write(chunk: Uint8Array): Promise<Result<void, Failure>>;
  end(): Promise<Result<void, Failure>>;
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;

/** Level 1: the night's results are worth the wait of the network, not of a processor. */
export function createGzipPacker(upload: Upload): GzipPacker {
  const compressed: Buffer[] = [];
  let hasHeader = false;
  const codec = createByteCodec(createGzip({ level: 1, chunkSize: CHUNK_BYTES }), (chunk) => {
    if (!hasHeader) hideSystem(chunk);
    hasHeader = true;
    compressed.push(chunk);
  });

  async function store(error: Error | null): Promise<Result<void, Failure>> {
    if (error) throw error;
    for (const chunk of compressed.splice(0)) {
      const stored = await upload.write(chunk);
      if (!stored.ok) return stored;
    }
    return ok(undefined);
  }

  return {
    write: async (chunk) => store(await codec.write(chunk)),
    end: async () => store(await codec.end()),
    close: () => codec.close(),
  };
}

const SYSTEM_AT = 9;
const UNKNOWN_SYSTEM = 0xff;

/** The gzip header names the operating system (RFC 1952, 2.3.1). */
function hideSystem(header: Buffer): void {
  header[SYSTEM_AT] = UNKNOWN_SYSTEM;
}
