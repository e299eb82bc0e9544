import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Upload } from "../../src/core/object-store.ts";
import { ok } from "../../src/core/result.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { stage } from "./stage-result-fixture.ts";

const MEBIBYTE = 1024 * 1024;
const DOCUMENT_MEBIBYTES = 200;

/** A store that forgets what it is given. */
function createForgetfulStore(): ReturnType<typeof createMemoryObjectStore> {
  const store = createMemoryObjectStore();
  const begin = store.begin.bind(store);
  store.begin = async (key, facts) => {
    const begun = await begin(key, facts);
    if (!begun.ok) return begun;
    const upload: Upload = { ...begun.value, write: () => Promise.resolve(ok(undefined)) };
    return ok(upload);
  };
  return store;
}

/** 200 MiB of records in fresh 64 KiB chunks, as a socket would give them. gzip members may follow each other. */
async function* chunks(encode: (text: Buffer) => Buffer, piece: Buffer, times: number): AsyncGenerator<Uint8Array> {
  yield encode(Buffer.from("["));
  const encoded = encode(piece);
  for (let time = 0; time < times; time += 1) {
    for (let at = 0; at < encoded.length; at += 65_536) yield Buffer.from(encoded.subarray(at, at + 65_536));
  }
  yield encode(Buffer.from("0]"));
}

test.each([
  ["identity", (text: Buffer) => text],
  ["gzip", (text: Buffer) => gzipSync(text, { level: 0 })],
] as const)("200 MiB sent as %s pass through the memory of a few chunks", async (encoding, encode) => {
  const piece = Buffer.from('{"agentId":10001,"name":"Ada","date":"2026-11-22","minutes":30.5},'.repeat(8000));
  const times = Math.ceil((DOCUMENT_MEBIBYTES * MEBIBYTE) / piece.length);
  const before = process.memoryUsage();
  let peakBytes = 0;
  const staging = await stage({
    store: createForgetfulStore(),
    announced: { records: times * 8000 + 1, compressedBytes: null, uncompressedBytes: null },
    result: { encoding, body: chunks(encode, piece, times) },
    onProgress: () => {
      const now = process.memoryUsage();
      peakBytes = Math.max(peakBytes, now.arrayBuffers - before.arrayBuffers + now.heapUsed - before.heapUsed);
    },
  });
  expect(staging.outcome).toMatchObject({ ok: true });
  expect(peakBytes).toBeGreaterThan(0);
  // Mostly garbage that was not collected yet; without back-pressure it would be the document.
  expect(peakBytes / MEBIBYTE).toBeLessThan(100);
});
