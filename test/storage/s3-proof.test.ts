import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeBody, stage, valueOf } from "../contracts/object-store.steps.ts";
import { KEY, type StubbedStore, URI, createStubbedStore, failed } from "./fixtures/stubbed-store.ts";

const BODY = makeBody(250);

let rig: StubbedStore;

beforeEach(async () => {
  rig = await createStubbedStore();
});
afterEach(() => rig.close());

describe("proof that S3 stores what was sent", () => {
  it("notices that another size is stored", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("HeadObject", { status: 200, headers: { "content-length": "249" } });
    expect(await rig.store.commit(staged)).toEqual(
      failed({ reason: "stored-object-differs", target: URI, detail: "249 bytes stored, 250 bytes sent" }),
    );
  });

  it("notices that the checksum of the whole object differs, without reading it back", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    const headers = { "content-length": "250", "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT" };
    rig.answerAlways("HeadObject", { status: 200, headers });
    const detail = `CRC32 AAAAAA== stored, ${staged.crc32} sent`;
    expect(await rig.store.commit(staged)).toEqual(failed({ reason: "stored-object-differs", target: URI, detail }));
    expect(rig.countOf("GetObject")).toBe(0);
  });

  it("reads back nothing where the store proves the whole object's checksum", async () => {
    valueOf(await rig.store.commit(await stage(rig.store, KEY, [BODY])));
    expect(rig.countOf("HeadObject")).toBe(1);
    expect(rig.countOf("GetObject")).toBe(0);
  });

  it.each([
    ["no checksum", {}],
    ["a checksum of the parts' checksums", { "x-amz-checksum-crc32": "AAAAAA==-3", "x-amz-checksum-type": "COMPOSITE" }],
    ["a checksum of unknown kind", { "x-amz-checksum-crc32": "AAAAAA==" }],
  ])("reads everything back where the store tells %s", async (_what, checksum) => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("HeadObject", { status: 200, headers: { "content-length": "250", ...checksum } });
    expect(await rig.store.commit(staged)).toEqual({ ok: true, value: undefined });
    expect(rig.countOf("GetObject")).toBe(1);
  });

  it.each([
    ["other bytes of the same size", makeBody(250, 9), /^SHA-256 [0-9a-f]{64} stored, [0-9a-f]{64} sent$/],
    ["fewer bytes", BODY.subarray(0, 100), /^100 bytes stored, 250 bytes sent$/],
    ["more bytes", makeBody(300), /^300 bytes stored, 250 bytes sent$/],
  ])("notices %s when it reads back", async (_what, stored, detail) => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.stub.fault = ({ command }) => {
      if (command === "HeadObject") return { status: 200, headers: { "content-length": "250" } };
      return command === "GetObject" ? { status: 200, body: stored } : null;
    };
    expect(await rig.store.commit(staged)).toEqual(
      failed({ reason: "stored-object-differs", target: URI, detail: expect.stringMatching(detail) as string }),
    );
  });

  it("does not mistake a broken download for a difference or a proof, and can be repeated", async () => {
    const store = rig.openStore({ checksums: "when-required" });
    const staged = await stage(store, KEY, [BODY]);
    rig.answerFirst(1, "GetObject", { status: 200, headers: { "content-length": "250" }, body: BODY.subarray(0, 100), isCut: true });
    expect(await store.commit(staged)).toMatchObject(failed({ reason: "storage-unreachable", target: "s3://lake/smartsync" }));
    expect(await store.commit(staged)).toEqual({ ok: true, value: undefined });
  });

  it("notices that there is no object after completion", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("HeadObject", { status: 404 });
    expect(await rig.store.commit(staged)).toMatchObject(failed({ reason: "stored-object-differs", target: URI }));
  });

  it("has the store refuse different bytes before readers can see them, and has the object staged again", async () => {
    const staged = { ...(await stage(rig.store, KEY, [BODY])), crc32: "AAAAAA==" };
    expect(await rig.store.commit(staged)).toMatchObject(failed({ reason: "stored-object-differs", target: URI }));
    expect(rig.stub.objects.size).toBe(0);
    expect(rig.stub.uploads.size).toBe(0);
    expect(await rig.store.commit(staged)).toEqual(failed({ reason: "upload-vanished", target: URI }));
  });
});
