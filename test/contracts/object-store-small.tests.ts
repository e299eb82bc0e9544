import { expect, it } from "vitest";
import type { ObjectStore } from "../../src/core/ports/object-store.ts";
import { GZIPPED_JSON, makeBody, read, stage, valueOf } from "./object-store.steps.ts";

interface Given {
  readonly store: ObjectStore;
  readonly partBytes: number;
  readonly countUnfinished: () => Promise<number>;
  readonly newKey: () => string;
}

/** How every store writes, finds and removes small objects, which need no multipart upload. */
export function smallObjectTests(given: () => Given): void {
  it.each([0, 1, 1000])("shows an object of %i bytes at once", async (bytes) => {
    const { store, newKey } = given();
    const key = newKey();
    const body = makeBody(bytes);
    expect(await store.put(key, body, { mediaType: "application/json", encoding: "identity" })).toEqual({ ok: true, value: undefined });
    expect(await read(store, key)).toEqual(body);
  });

  it("replaces an object", async () => {
    const { store, newKey } = given();
    const key = newKey();
    valueOf(await store.put(key, makeBody(100, 1), GZIPPED_JSON));
    valueOf(await store.put(key, makeBody(10, 2), GZIPPED_JSON));
    expect(await read(store, key)).toEqual(makeBody(10, 2));
  });

  it("removes an object, also when there is none", async () => {
    const { store, newKey } = given();
    const key = newKey();
    valueOf(await store.put(key, makeBody(100), GZIPPED_JSON));
    expect(await store.remove(key)).toEqual({ ok: true, value: undefined });
    expect(await read(store, key)).toBeNull();
    expect(await store.remove(key)).toEqual({ ok: true, value: undefined });
  });

  it("says whether an object exists; a staged object does not exist yet", async () => {
    const { store, partBytes, newKey } = given();
    const key = newKey();
    const staged = await stage(store, key, [makeBody(partBytes + 1)]);
    expect(await store.exists(key)).toEqual({ ok: true, value: false });
    valueOf(await store.commit(staged));
    expect(await store.exists(key)).toEqual({ ok: true, value: true });
    valueOf(await store.put(key, makeBody(0), GZIPPED_JSON));
    expect(await store.exists(key)).toEqual({ ok: true, value: true });
    valueOf(await store.remove(key));
    expect(await store.exists(key)).toEqual({ ok: true, value: false });
  });

  it("leaves no incomplete upload", async () => {
    const { store, countUnfinished, newKey } = given();
    const before = await countUnfinished();
    valueOf(await store.put(newKey(), makeBody(100), GZIPPED_JSON));
    expect(await countUnfinished()).toBe(before);
  });
}
