import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../src/core/ports/object-store.ts";
import type { StagedObject } from "../../src/core/ports/stored-object.ts";
import { smallObjectTests } from "./object-store-small.tests.ts";
import { uploadListTests } from "./object-store-uploads.tests.ts";
import { GZIPPED_JSON, checksumsOf, keep, makeBody, read, stage, valueOf } from "./object-store.steps.ts";

export interface ObjectStoreRig {
  /** A new instance on the same storage, as after a restart. The suite closes it. */
  open(): ObjectStore;
  /** The size of the store's parts in bytes. It is small. */
  readonly partBytes: number;
  /** The number of uploads in the storage that are neither committed nor discarded. */
  countUnfinished(): Promise<number>;
  /** `false` for a store that cannot list incomplete uploads. */
  readonly canList?: false;
  close(): Promise<void>;
}

let lastKey = 0;

/** Tests share one storage, but no keys. */
function newKey(): string {
  lastKey += 1;
  return `schedules/date=2026-11-22/part-${String(lastKey).padStart(3, "0")}.json.gz`;
}

export function describeObjectStore(name: string, createRig: () => Promise<ObjectStoreRig>): void {
  describe(`object store: ${name}`, () => {
    let rig: ObjectStoreRig;
    let store: ObjectStore;

    beforeAll(async () => {
      rig = await createRig();
      store = rig.open();
    });
    afterAll(async () => {
      store.close();
      await rig.close();
    });

    describe("staging", () => {
      it("shows nothing of an object before it is committed, then exactly its bytes", async () => {
        const key = newKey();
        const body = makeBody(3 * rig.partBytes + 7);
        const staged = await stage(store, key, [body]);
        expect(await read(store, key)).toBeNull();
        expect(await store.commit(staged)).toEqual({ ok: true, value: undefined });
        expect(await read(store, key)).toEqual(body);
      });

      it.each([
        ["nothing", () => 0],
        ["one byte", () => 1],
        ["one byte less than a part", () => rig.partBytes - 1],
        ["one part", () => rig.partBytes],
        ["one byte more than a part", () => rig.partBytes + 1],
        ["several parts", () => 5 * rig.partBytes],
        ["several parts and a rest", () => 5 * rig.partBytes + 3],
      ])("keeps an object of %s, and tells its size and checksums", async (_size, bytes) => {
        const key = newKey();
        const body = makeBody(bytes());
        const staged = await stage(store, key, [body]);
        expect(staged).toMatchObject({ key, ...GZIPPED_JSON, ...checksumsOf(body) });
        expect(await store.commit(staged)).toMatchObject({ ok: true });
        expect(await read(store, key)).toEqual(body);
      });

      it("stores the same bytes, whatever the size of the writes", async () => {
        const chunks = fc.array(fc.uint8Array({ maxLength: 3 * rig.partBytes }), { maxLength: 12 });
        await fc.assert(
          fc.asyncProperty(chunks, async (chunks) => {
            const key = newKey();
            const body = Buffer.concat(chunks);
            const staged = await stage(store, key, chunks);
            expect(staged).toMatchObject(checksumsOf(body));
            expect(await store.commit(staged)).toMatchObject({ ok: true });
            expect(await read(store, key)).toEqual(body);
          }),
          { numRuns: 25 },
        );
      });

      it("copies what it is given, so that the memory can be used again after the write", async () => {
        const key = newKey();
        const body = makeBody(2 * rig.partBytes + 5);
        const upload = valueOf(await store.begin(key, GZIPPED_JSON));
        const reused = Buffer.alloc(13);
        for (let at = 0; at < body.byteLength; at += reused.byteLength) {
          const length = body.copy(reused, 0, at);
          valueOf(await upload.write(reused.subarray(0, length)));
          reused.fill(0);
        }
        valueOf(await store.commit(valueOf(await upload.finish())));
        expect(await read(store, key)).toEqual(body);
      });

      it("separates uploads that run at the same time", async () => {
        const keys = [newKey(), newKey(), newKey()];
        const bodies = keys.map((_, index) => makeBody(2 * rig.partBytes + index, index));
        const all = await Promise.all(keys.map((key, index) => stage(store, key, [bodies[index]!])));
        await Promise.all(all.map(async (staged) => valueOf(await store.commit(staged))));
        expect(await Promise.all(keys.map((key) => read(store, key)))).toEqual(bodies);
      });
    });

    describe("taking back", () => {
      it.each([
        ["nothing was written", 0],
        ["something was written", 1],
        ["several parts were written", 3.5],
      ])("leaves nothing of an upload that is aborted after %s", async (_when, parts) => {
        const key = newKey();
        const before = await rig.countUnfinished();
        const upload = valueOf(await store.begin(key, GZIPPED_JSON));
        valueOf(await upload.write(makeBody(Math.ceil(parts * rig.partBytes))));
        await upload.abort();
        expect(await rig.countUnfinished()).toBe(before);
        expect(await read(store, key)).toBeNull();
      });

      it("leaves nothing of an upload that is aborted after it was finished", async () => {
        const key = newKey();
        const before = await rig.countUnfinished();
        const upload = valueOf(await store.begin(key, GZIPPED_JSON));
        valueOf(await upload.write(makeBody(10)));
        const staged = valueOf(await upload.finish());
        expect(await rig.countUnfinished()).toBe(before + 1);
        await upload.abort();
        expect(await rig.countUnfinished()).toBe(before);
        expect(await store.commit(staged)).toMatchObject({ ok: false, error: { reason: "upload-vanished" } });
      });

      it("leaves nothing of a staged object that is discarded, also twice", async () => {
        const key = newKey();
        const before = await rig.countUnfinished();
        const staged = await stage(store, key, [makeBody(10)]);
        expect(await store.discard(staged)).toEqual({ ok: true, value: undefined });
        expect(await store.discard(staged)).toEqual({ ok: true, value: undefined });
        expect(await rig.countUnfinished()).toBe(before);
        expect(await read(store, key)).toBeNull();
      });
    });

    describe("holding what is staged", () => {
      it("holds a staged object until it is committed, also for another process", async () => {
        const staged = await stage(store, newKey(), [makeBody(2 * rig.partBytes)]);
        const other = rig.open();
        expect(await other.holds(staged)).toEqual({ ok: true, value: true });
        other.close();
        valueOf(await store.commit(staged));
        expect(await store.holds(staged)).toEqual({ ok: true, value: false });
      });

      it("holds neither a discarded object nor that of another store", async () => {
        const key = newKey();
        await keep(store, key, makeBody(rig.partBytes, 1));
        const staged = await stage(store, key, [makeBody(10)]);
        valueOf(await store.discard(staged));
        expect(await store.holds(staged)).toEqual({ ok: true, value: false });
        expect(await store.holds({ ...staged, uploadId: "2~AbC_dEf.gHi" })).toEqual({ ok: true, value: false });
      });
    });

    describe("listing incomplete uploads", () => {
      uploadListTests(() => ({ store, canList: rig.canList ?? true, newKey }));
    });

    describe("committing", () => {
      it("leaves no incomplete upload", async () => {
        const before = await rig.countUnfinished();
        await keep(store, newKey(), makeBody(10));
        expect(await rig.countUnfinished()).toBe(before);
      });

      it("can be repeated", async () => {
        const key = newKey();
        const body = makeBody(rig.partBytes + 1);
        const staged = await stage(store, key, [body]);
        valueOf(await store.commit(staged));
        expect(await store.commit(staged)).toEqual({ ok: true, value: undefined });
        expect(await read(store, key)).toEqual(body);
      });

      it("works after a restart, with only the record of the staged object", async () => {
        const key = newKey();
        const body = makeBody(2 * rig.partBytes + 1);
        const record = JSON.stringify(await stage(store, key, [body]));
        const restarted = rig.open();
        expect(await restarted.commit(JSON.parse(record) as StagedObject)).toEqual({ ok: true, value: undefined });
        expect(await read(restarted, key)).toEqual(body);
        restarted.close();
      });

      it("replaces the object of an earlier run", async () => {
        const key = newKey();
        await keep(store, key, makeBody(3 * rig.partBytes, 1));
        const body = makeBody(rig.partBytes, 2);
        const staged = await stage(store, key, [body]);
        expect(await read(store, key)).toEqual(makeBody(3 * rig.partBytes, 1));
        valueOf(await store.commit(staged));
        expect(await read(store, key)).toEqual(body);
      });

      it("reports that an upload is gone, although an object of the same size from an earlier run exists", async () => {
        const key = newKey();
        await keep(store, key, makeBody(rig.partBytes, 1));
        const staged = await stage(store, key, [makeBody(rig.partBytes, 2)]);
        valueOf(await store.discard(staged));
        const committed = await store.commit(staged);
        expect(committed).toEqual({ ok: false, error: { reason: "upload-vanished", target: store.uri(key) } });
        expect(await read(store, key)).toEqual(makeBody(rig.partBytes, 1));
      });

      it("reports that an upload is gone when no object exists", async () => {
        const staged = await stage(store, newKey(), [makeBody(10)]);
        valueOf(await store.discard(staged));
        expect(await store.commit(staged)).toMatchObject({ ok: false, error: { reason: "upload-vanished" } });
      });

      it("treats the upload id of another store as gone", async () => {
        const staged = await stage(store, newKey(), [makeBody(10)]);
        const elsewhere = { ...staged, uploadId: "2~AbC_dEf.gHi" };
        expect(await store.commit(elsewhere)).toMatchObject({ ok: false, error: { reason: "upload-vanished" } });
        expect(await store.discard(elsewhere)).toMatchObject({ ok: true });
        valueOf(await store.discard(staged));
      });

      it("does not accept an object whose bytes are not those that were staged", async () => {
        const key = newKey();
        const staged = await stage(store, key, [makeBody(rig.partBytes, 1)]);
        const claimed = { ...staged, ...checksumsOf(makeBody(rig.partBytes, 2)) };
        expect(await store.commit(claimed)).toMatchObject({
          ok: false,
          error: { reason: "stored-object-differs", target: store.uri(key) },
        });
      });
    });

    describe("small objects", () => {
      smallObjectTests(() => ({ ...rig, store, newKey }));
    });

    it("reads nothing when no object exists", async () => {
      expect(await store.read(newKey())).toEqual({ ok: true, value: null });
    });

    it("can be probed, and leaves no object", async () => {
      const before = await rig.countUnfinished();
      expect(await store.probe()).toEqual({ ok: true, value: undefined });
      expect(await rig.countUnfinished()).toBe(before);
    });

    it("treats an unsafe key as a bug", async () => {
      await expect(store.begin("../escape", GZIPPED_JSON)).rejects.toThrow("not a safe object key");
      await expect(store.put("a//b", makeBody(1), GZIPPED_JSON)).rejects.toThrow("not a safe object key");
      await expect(store.exists("a/./b")).rejects.toThrow("not a safe object key");
      await expect(store.read("/etc/passwd")).rejects.toThrow("not a safe object key");
      await expect(store.remove("a/../b")).rejects.toThrow("not a safe object key");
    });

    it("names objects below its target", () => {
      const key = newKey();
      expect(store.uri(key)).toBe(`${store.target}/${key}`);
    });
  });
}
