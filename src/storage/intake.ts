import { createGunzip } from "node:zlib";
import type { Failure, ResultFailure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import type { Err, Result } from "../core/result.ts";
import { createByteCodec } from "./byte-codec.ts";
import { damaged, proveConsumed } from "./decoder.ts";
import { createGzipPacker } from "./gzip-packer.ts";
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
      return refused ?? proveConsumed(codec, writtenBytes, error);
    },
    close: () => codec.close(),
  };
}

/** Compresses on the way. */
export function createIdentityIntake(upload: Upload, document: DocumentWatch): Intake {
  const packer = createGzipPacker(upload);
  return {
    async write(chunk) {
      const packing = packer.write(chunk);
      const seen = document.push(chunk);
      const packed = await packing;
      return seen.ok ? packed : seen;
    },
    end: () => packer.end(),
    close: () => packer.close(),
  };
}
