import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { err, ok } from "../../src/core/base/result.ts";
import { createGzipPacker } from "../../src/storage/gzip-packer.ts";
import { defer } from "../fakes/defer.ts";

/** Does not compress, so that every chunk comes out at once. */
const CHUNK = randomBytes(1024 * 1024);

test("compresses its chunks in order, one while the next one arrives", async () => {
  const written: Uint8Array[] = [];
  const packer = createGzipPacker({ write: async (chunk) => ok(void written.push(chunk)) });
  for (let count = 0; count < 5; count += 1) expect(await packer.write(CHUNK)).toEqual(ok(undefined));
  expect(await packer.end()).toEqual(ok(undefined));
  expect(gunzipSync(Buffer.concat(written)).equals(Buffer.concat([CHUNK, CHUNK, CHUNK, CHUNK, CHUNK]))).toBe(true);
});

test("answers every later call with the failure of the store", async () => {
  const failure = err({ reason: "storage-full", target: "memory://bucket" } as const);
  const packer = createGzipPacker({ write: async () => failure });
  expect(await packer.write(CHUNK)).toEqual(ok(undefined));
  expect(await packer.write(CHUNK)).toEqual(failure);
  expect(await packer.write(CHUNK)).toEqual(failure);
  expect(await packer.end()).toEqual(failure);
  packer.close();
});

test("repositories nothing after it was closed", async () => {
  let writes = 0;
  const entered = defer();
  const released = defer();
  const packer = createGzipPacker({
    write: async () => {
      writes += 1;
      entered.resolve();
      await released.promise;
      return ok(undefined);
    },
  });
  await packer.write(CHUNK);
  await entered.promise;
  packer.close();
  released.resolve();
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(writes).toBe(1);
});
