import { createHash } from "node:crypto";

/** Size in bytes and lower-case hex SHA-256 of a stream, read with the memory of one chunk. */
export async function digestStream(body: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}
