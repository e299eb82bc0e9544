import { expect, it } from "vitest";
import type { ObjectStore, IncompleteUpload, UploadPage } from "../../src/core/ports/object-store.ts";
import { makeBody, stage, valueOf } from "./object-store.steps.ts";

interface Given {
  readonly store: ObjectStore;
  readonly canList: boolean;
  readonly newKey: () => string;
}

/** How every store lists incomplete uploads. */
export function uploadListTests(given: () => Given): void {
  async function listAll(): Promise<IncompleteUpload[]> {
    const found: IncompleteUpload[] = [];
    for (let page: string | null | undefined; page !== null;) {
      const { uploads, next }: UploadPage = valueOf(await given().store.listUploads(page ?? null));
      found.push(...uploads);
      page = next;
    }
    return found;
  }

  it("lists key, id and time of uploads that are neither committed nor discarded, page by page", async () => {
    if (!given().canList) return expect(await given().store.listUploads(null)).toMatchObject({ ok: false });
    const before = Date.now();
    const keys = [given().newKey(), given().newKey(), given().newKey(), given().newKey(), given().newKey()];
    const staged = [];
    for (const key of keys) staged.push(await stage(given().store, key, [makeBody(10)]));
    valueOf(await given().store.commit(staged[3]!));
    valueOf(await given().store.discard({ key: keys[4]!, uploadId: staged[4]!.uploadId }));
    const listed = (await listAll()).filter(({ key }) => keys.includes(key));
    const expected = staged.slice(0, 3).map(({ key, uploadId }) => ({ key, uploadId, startedAt: expect.any(Date) as Date }));
    expect(listed).toHaveLength(3);
    expect(listed).toEqual(expect.arrayContaining(expected));
    // Some stores have only whole seconds.
    for (const { startedAt } of listed) expect(startedAt.getTime()).toBeGreaterThan(before - 2000);
    for (const one of listed) valueOf(await given().store.discard(one));
    expect((await listAll()).filter(({ key }) => keys.includes(key))).toEqual([]);
  });

  it("continues with the next page when listed uploads are discarded in the meantime", async () => {
    if (!given().canList) return expect(await given().store.listUploads(null)).toMatchObject({ ok: false });
    const keys = Array.from({ length: 7 }, given().newKey);
    for (const key of keys) await stage(given().store, key, [makeBody(10)]);
    for (let page: string | null | undefined; page !== null;) {
      const { uploads, next }: UploadPage = valueOf(await given().store.listUploads(page ?? null));
      for (const one of uploads) if (keys.includes(one.key)) valueOf(await given().store.discard(one));
      page = next;
    }
    expect((await listAll()).filter(({ key }) => keys.includes(key))).toEqual([]);
  });

  it("distinguishes several uploads of one key, and discards one of them", async () => {
    if (!given().canList) return expect(await given().store.listUploads(null)).toMatchObject({ ok: false });
    const key = given().newKey();
    const [first, second] = [await stage(given().store, key, [makeBody(1)]), await stage(given().store, key, [makeBody(2)])];
    valueOf(await given().store.discard({ key, uploadId: first.uploadId }));
    expect((await listAll()).filter((one) => one.key === key).map(({ uploadId }) => uploadId)).toEqual([second.uploadId]);
    expect(await given().store.commit(second)).toMatchObject({ ok: true });
  });
}
