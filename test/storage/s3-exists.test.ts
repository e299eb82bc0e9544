import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeBody, valueOf } from "../contracts/object-store.steps.ts";
import { toErrorAnswer } from "../fakes/stub-s3.ts";
import { KEY, type StubbedStore, URI, createStubbedStore, failed } from "./fixtures/stubbed-store.ts";

const FACTS = { mediaType: "application/json", encoding: "identity" } as const;

let rig: StubbedStore;

beforeEach(async () => {
  rig = await createStubbedStore();
});
afterEach(() => rig.close());

describe("whether an S3 object exists", () => {
  it("takes one request, and no byte of the object", async () => {
    valueOf(await rig.store.put(KEY, makeBody(250), FACTS));
    expect(await rig.store.exists(KEY)).toEqual({ ok: true, value: true });
    expect([rig.countOf("HeadObject"), rig.countOf("GetObject")]).toEqual([1, 0]);
  });

  it("is not known where a policy denies access to a missing object", async () => {
    const message = "User: arn:aws:iam::1:user/nightly is not authorized to perform: s3:ListBucket";
    rig.stub.fault = ({ command }) => (command === "HeadObject" ? { status: 403 } : toErrorAnswer(403, "AccessDenied", message));
    const detail = `AccessDenied (HTTP 403): ${message}`;
    expect(await rig.store.exists(KEY)).toEqual(failed({ reason: "storage-denied", target: URI, detail }));
  });

  it("is not known where the bucket is missing", async () => {
    rig.stub.fault = ({ command }) => (command === "HeadObject" ? { status: 404 } : toErrorAnswer(404, "NoSuchBucket"));
    expect(await rig.store.exists(KEY)).toEqual(failed({ reason: "bucket-missing", target: "s3://lake" }));
  });

  it("is not known where the store has trouble, which is not asked again for more", async () => {
    rig.answerAlways("HeadObject", { status: 503 });
    expect(await rig.store.exists(KEY)).toMatchObject(failed({ reason: "storage-error", target: URI }));
    expect(rig.countOf("GetObject")).toBe(0);
  });

  it("is known of an object that appears between the two requests", async () => {
    valueOf(await rig.store.put(KEY, makeBody(250), FACTS));
    rig.answerAlways("HeadObject", { status: 404 });
    expect(await rig.store.exists(KEY)).toEqual({ ok: true, value: true });
  });
});
