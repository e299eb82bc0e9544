import { createGunzip } from "node:zlib";
import type { ResultFailure } from "../core/failure.ts";
import { type Err, type Result, err, ok } from "../core/result.ts";
import { type ByteCodec, createByteCodec } from "./byte-codec.ts";

/** Turns a result's bytes as they were sent into those of its document. */
export interface Decoder {
  decode(chunk: Uint8Array): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  /** What comes out at last, once the bytes are complete as an encoding. */
  end(): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;

export function createDecoder(sentAs: "gzip" | "identity"): Decoder {
  return sentAs === "gzip" ? createGunzipDecoder() : AS_SENT;
}

const AS_SENT: Decoder = {
  decode: (chunk) => Promise.resolve(ok([chunk])),
  end: () => Promise.resolve(ok([])),
  close: () => undefined,
};

function createGunzipDecoder(): Decoder {
  let writtenBytes = 0;
  const decoded: Buffer[] = [];
  const codec = createByteCodec(createGunzip({ chunkSize: CHUNK_BYTES }), (chunk) => decoded.push(chunk));
  return {
    async decode(chunk) {
      writtenBytes += chunk.length;
      const error = await codec.write(chunk);
      return error ? damaged(error.message) : ok(decoded.splice(0));
    },
    async end() {
      const proven = proveConsumed(codec, writtenBytes, await codec.end());
      return proven.ok ? ok(decoded.splice(0)) : proven;
    },
    close: () => codec.close(),
  };
}

export function damaged(detail: string): Err<ResultFailure> {
  return err({ reason: "gzip-damaged", detail });
}

/** That the stream ended well, and that nothing follows its end. */
export function proveConsumed(codec: ByteCodec, writtenBytes: number, error: Error | null): Result<void, ResultFailure> {
  if (error) return damaged(error.message);
  const surplusBytes = writtenBytes - codec.consumedBytes();
  return surplusBytes === 0 ? ok(undefined) : damaged(`${surplusBytes} bytes follow the end of the stream`);
}
