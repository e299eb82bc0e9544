import { createGunzip } from "node:zlib";
import type { ResultFailure } from "../core/failure.ts";
import { type Result, err, ok } from "../core/result.ts";
import { createByteCodec } from "./byte-codec.ts";

/** Turns the bytes of a result as they were sent into those of its document. */
export interface Decoder {
  decode(chunk: Uint8Array): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  /** The last bytes of the document; `gzip-damaged` if the gzip stream has no end. */
  end(): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  /** After the end: that no byte follows the gzip stream. */
  proveNothingFollows(): Result<void, ResultFailure>;
  close(): void;
}

/** Smaller buffers cost zlib more processor time than they save memory. */
const CHUNK_BYTES = 256 * 1024;

export function createDecoder(sentAs: "gzip" | "identity"): Decoder {
  return sentAs === "gzip" ? createGunzipDecoder() : AS_SENT;
}

const AS_SENT: Decoder = {
  decode: (chunk) => Promise.resolve(ok([chunk])),
  end: () => Promise.resolve(ok([])),
  proveNothingFollows: () => ok(undefined),
  close: () => undefined,
};

function createGunzipDecoder(): Decoder {
  const decoded: Buffer[] = [];
  const codec = createByteCodec(createGunzip({ chunkSize: CHUNK_BYTES }), (chunk) => decoded.push(chunk));

  function take(error: Error | null): Result<readonly Uint8Array[], ResultFailure> {
    return error ? err({ reason: "gzip-damaged", detail: error.message }) : ok(decoded.splice(0));
  }

  return {
    decode: async (chunk) => take(await codec.write(chunk)),
    end: async () => take(await codec.end()),
    proveNothingFollows() {
      const bytes = codec.surplusBytes();
      return bytes === 0 ? ok(undefined) : err({ reason: "gzip-damaged", detail: `${bytes} bytes follow the end of the stream` });
    },
    close: () => codec.close(),
  };
}
