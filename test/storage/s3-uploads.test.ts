import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stage, makeBody, valueOf } from "../contracts/object-store.steps.ts";
import { toErrorAnswer } from "../fakes/stub-s3.ts";
import { type StubbedStore, KEY, createStubbedStore } from "./fixtures/stubbed-store.ts";

describe("incomplete uploads in a shared bucket", () => {
  let rig: StubbedStore;

  beforeEach(async () => {
    rig = await createStubbedStore();
  });
  afterEach(() => rig.close());

  async function keysListedBy(store: StubbedStore["store"]): Promise<string[]> {
    return valueOf(await store.listUploads(null)).uploads.map(({ key }) => key);
  }

  it("are only those below the prefix, even if the store ignores it", async () => {
    await stage(rig.store, KEY, [makeBody(10)]);
    await stage(rig.openStore({ prefix: "smartsync-other" }), KEY, [makeBody(10)]);
    expect(await keysListedBy(rig.store)).toEqual([KEY]);
    rig.stub.fault = (request, answer) => {
      request.query.delete("prefix");
      return answer();
    };
    expect(await keysListedBy(rig.store)).toEqual([KEY]);
    expect(await keysListedBy(rig.openStore({ prefix: "" }))).toEqual([`smartsync-other/${KEY}`, `smartsync/${KEY}`]);
  });

  it.each([
    [403, "AccessDenied", "storage-denied"],
    [501, "NotImplemented", "storage-error"],
    [404, "NoSuchBucket", "bucket-missing"],
  ])("are a failure with the right target if the store answers %i %s", async (status, code, reason) => {
    rig.answerAlways("ListMultipartUploads", toErrorAnswer(status, code));
    const target = reason === "bucket-missing" ? "s3://lake" : "s3://lake/smartsync";
    expect(await rig.store.listUploads(null)).toMatchObject({ ok: false, error: { reason, target } });
  });
});
