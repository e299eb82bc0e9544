import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Upload } from "../../src/core/ports/object-store.ts";
import { ok } from "../../src/core/base/result.ts";
import { createMemoryObjectStore, type MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { stage } from "./stage-result-fixture.ts";

const MEBIBYTE = 1024 * 1024;
const DOCUMENT_MEBIBYTES = 200;

/** A store that forgets the bytes it is given. */
function createForgetfulStore(onWrite: () => void): MemoryObjectStore {
  const store = createMemoryObjectStore();
  const begin = store.begin.bind(store);
  store.begin = async (key, facts) => {
    const begun = await begin(key, facts);
    if (!begun.ok) return begun;
    const write = async () => {
      onWrite();
      return ok(undefined);
    };
    const upload: Upload = { ...begun.value, write };
    return ok(upload);
  };
  return store;
}

/** 200 MiB of records in fresh 64 KiB chunks, as a socket would give them. gzip members may follow each other. */
async function* chunks(encode: (text: Buffer) => Buffer, rows: Buffer, times: number): AsyncGenerator<Uint8Array> {
  yield encode(Buffer.from("["));
  const encoded = encode(rows);
  for (let time = 0; time < times; time += 1) {
    for (let at = 0; at < encoded.length; at += 65_536) yield Buffer.from(encoded.subarray(at, at + 65_536));
  }
  yield encode(Buffer.from("0]"));
}

test.each([
  ["identity", (text: Buffer) => text],
  ["gzip", (text: Buffer) => gzipSync(text, { level: 0 })],
] as const)("200 MiB sent as %s pass through the memory of a few chunks", async (encoding, encode) => {
  const rows = Buffer.from('{"agentId":10001,"name":"Ada","date":"2026-11-22","minutes":30.5},'.repeat(8000));
  const times = Math.ceil((DOCUMENT_MEBIBYTES * MEBIBYTE) / rows.length);
  const before = process.memoryUsage();
  let peakBytes = 0;
  const store = createForgetfulStore(() => {
    const now = process.memoryUsage();
    peakBytes = Math.max(peakBytes, now.arrayBuffers - before.arrayBuffers + now.heapUsed - before.heapUsed);
  });
  const staging = await stage({
    store,
    announced: { records: times * 8000 + 1, compressedBytes: null, uncompressedBytes: null },
    result: { encoding, body: chunks(encode, rows, times) },
  });
  expect(staging.outcome).toMatchObject({ ok: true });
  expect(peakBytes).toBeGreaterThan(0);
  // Mostly garbage that was not collected yet; without back-pressure it would be the document.
  expect(peakBytes / MEBIBYTE).toBeLessThan(100);
});
