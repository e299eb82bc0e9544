import { createGunzip, createGzip } from "node:zlib";
import type { Failure, ResultFailure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import { type Err, type Result, err, ok } from "../core/result.ts";
import { createByteCodec } from "./byte-codec.ts";
import type { DocumentWatch } from "./watch-document.ts";

/** Takes a result's bytes as they were sent: stores them as gzip, and shows the document in them to the watch. */
export interface Intake {
  /** Resolves when there is room for more. */
  write(chunk: Uint8Array): Promise<Result<void, Failure>>;
  /** Proves that the bytes are complete as an encoding; what the document says is the watch's affair. */
  end(): Promise<Result<void, Failure>>;
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;

/** Stores the very bytes, and reads the document out of them on the side. */
export function createGzipIntake(upload: Upload, document: DocumentWatch): Intake {
  let writtenBytes = 0;
  let refused: Err<ResultFailure> | null = null;
  const codec = createByteCodec(createGunzip({ chunkSize: CHUNK_BYTES }), (chunk) => {
    if (refused) return;
    const seen = document.push(chunk);
    if (seen.ok) return;
    refused = seen;
    codec.close();
  });

  return {
    async write(chunk) {
      writtenBytes += chunk.length;
      const [stored, error] = await Promise.all([upload.write(chunk), codec.write(chunk)]);
      return refused ?? (error ? damaged(error.message) : stored);
    },
    async end() {
      const error = await codec.end();
      if (refused) return refused;
      if (error) return damaged(error.message);
      const surplusBytes = writtenBytes - codec.consumedBytes();
      return surplusBytes === 0 ? ok(undefined) : damaged(`${surplusBytes} bytes follow the end of the stream`);
    },
    close: () => codec.close(),
  };
}

function damaged(detail: string): Err<ResultFailure> {
  return err({ reason: "gzip-damaged", detail });
}

/** Compresses on the way. Level 1: the night's results are worth the wait of the network, not of a processor. */
export function createIdentityIntake(upload: Upload, document: DocumentWatch): Intake {
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
    async write(chunk) {
      const written = codec.write(chunk);
      const seen = document.push(chunk);
      const error = await written;
      return seen.ok ? store(error) : seen;
    },
    end: async () => store(await codec.end()),
    close: () => codec.close(),
  };
}

const SYSTEM_AT = 9;
const UNKNOWN_SYSTEM = 0xff;

/** The gzip header names the operating system (RFC 1952, 2.3.1): without it, the same bytes come out everywhere. */
function hideSystem(header: Buffer): void {
  header[SYSTEM_AT] = UNKNOWN_SYSTEM;
}
