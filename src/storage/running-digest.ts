import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Size in bytes, SHA-256 in lower-case hex, CRC32 as S3 writes it. */
interface ContentDigest {
  readonly bytes: number;
  readonly sha256: string;
  readonly crc32: string;
}

export interface RunningDigest {
  update(chunk: Uint8Array): void;
  /** Nothing can be added afterwards. */
  end(): ContentDigest;
}

export function createRunningDigest(): RunningDigest {
  const sha256 = createHash("sha256");
  let bytes = 0;
  let crc = 0;
  return {
    update(chunk) {
      sha256.update(chunk);
      crc = crc32(chunk, crc);
      bytes += chunk.byteLength;
    },
    end: () => ({ bytes, sha256: sha256.digest("hex"), crc32: encodeCrc32(crc) }),
  };
}

/** Base64 of the big-endian CRC32. */
export function computeCrc32(data: Uint8Array): string {
  return encodeCrc32(crc32(data));
}

function encodeCrc32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}
