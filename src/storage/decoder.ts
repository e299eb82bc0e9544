import { createGunzip } from "node:zlib";
import type { ResultFailure } from "../core/base/failure.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import { createByteCodec } from "./byte-codec.ts";

/** Turns the bytes of a result as they were sent into those of its document. */
export interface Decoder {
  /** What may be decoded at once, because all that comes out of it is held in memory. */
  split(chunk: Uint8Array): readonly Uint8Array[];
  decode(chunk: Uint8Array): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  /** The last bytes of the document; `gzip-damaged` if the gzip stream has no end. */
  end(): Promise<Result<readonly Uint8Array[], ResultFailure>>;
  /** After the end: that no byte follows the gzip stream. */
  proveNothingFollows(): Result<void, ResultFailure>;
  close(): void;
}

/** Smaller buffers cost zlib more processor time than they save memory. */
const CHUNK_BYTES = 256 * 1024;
/** A gzip bomb makes up to 33 MB of them. */
const DECODED_AT_ONCE_BYTES = 32 * 1024;

export function createDecoder(sentAs: "gzip" | "identity"): Decoder {
  return sentAs === "gzip" ? createGunzipDecoder() : AS_SENT;
}

const AS_SENT: Decoder = {
  split: (chunk) => [chunk],
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
    split(chunk) {
      const shares: Uint8Array[] = [];
      for (let at = 0; at < chunk.length; at += DECODED_AT_ONCE_BYTES) shares.push(chunk.subarray(at, at + DECODED_AT_ONCE_BYTES));
      return shares;
    },
    decode: async (chunk) => take(await codec.write(chunk)),
    end: async () => take(await codec.end()),
    proveNothingFollows() {
      const bytes = codec.surplusBytes();
      return bytes === 0 ? ok(undefined) : err({ reason: "gzip-damaged", detail: `${bytes} bytes follow the end of the stream` });
    },
    close: () => codec.close(),
  };
}
