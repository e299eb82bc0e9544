import { crc32 } from "node:zlib";

const HEADER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]);
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);
const BLOCK_HEAD_BYTES = 5;
const MAX_BLOCK_BYTES = 65_535;

/** A gzip stream of stored (uncompressed) blocks. Equivalent to level 0 of zlib, but several times as fast. */
export function* storeAsGzip(chunks: Iterable<Buffer>): Generator<Buffer> {
  yield HEADER;
  let checksum = 0;
  let length = 0;
  for (const chunk of chunks) {
    // For an empty chunk, crc32 may return 0 instead of the checksum so far, because zlib takes a null pointer as a reset.
    if (chunk.length === 0) continue;
    checksum = crc32(chunk, checksum);
    length += chunk.length;
    yield storeBlocks(chunk);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  yield Buffer.concat([LAST_BLOCK, trailer]);
}

function storeBlocks(chunk: Buffer): Buffer {
  const blocks = Math.ceil(chunk.length / MAX_BLOCK_BYTES);
  const stored = Buffer.allocUnsafe(chunk.length + blocks * BLOCK_HEAD_BYTES);
  let offset = 0;
  for (let start = 0; start < chunk.length; start += MAX_BLOCK_BYTES) {
    const size = Math.min(MAX_BLOCK_BYTES, chunk.length - start);
    stored[offset] = 0;
    stored.writeUInt16LE(size, offset + 1);
    stored.writeUInt16LE(~size & 0xffff, offset + 3);
    chunk.copy(stored, offset + BLOCK_HEAD_BYTES, start, start + size);
    offset += BLOCK_HEAD_BYTES + size;
  }
  return stored;
}
