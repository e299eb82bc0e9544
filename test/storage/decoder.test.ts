import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createDecoder } from "../../src/storage/decoder.ts";

test("never holds more than 34 MB of what a gzip bomb becomes", async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 9 });
  const decoder = createDecoder("gzip");
  const sizes: number[] = [];
  for (const share of decoder.split(bomb)) {
    const decoded = await decoder.decode(share);
    sizes.push(decoded.ok ? decoded.value.reduce((sum, { length }) => sum + length, 0) : Infinity);
  }
  const end = await decoder.end();
  if (end.ok) sizes.push(...end.value.map(({ length }) => length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_000_000);
  expect(Math.max(...sizes)).toBeLessThan(34_000_000);
  expect(decoder.proveNothingFollows()).toEqual({ ok: true, value: undefined });
});
