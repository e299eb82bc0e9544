import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GZIPPED_JSON, makeBody, stage, valueOf } from "../contracts/object-store.steps.ts";
import { defer } from "../fakes/defer.ts";
import { type StubCommand, toErrorAnswer } from "../fakes/stub-s3.ts";
import { FULL_KEY, KEY, PART_BYTES, type StubbedStore, URI, createStubbedStore, failed } from "./fixtures/stubbed-store.ts";

const BODY = makeBody(250);

let rig: StubbedStore;

beforeEach(async () => {
  rig = await createStubbedStore();
});
afterEach(() => rig.close());

describe("S3 store and trouble on the way", () => {
  it.each<StubCommand>(["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "HeadObject"])(
    "survives two errors of the server in %s",
    async (command) => {
      rig.answerFirst(2, command, toErrorAnswer(500, "InternalError"));
      expect(await rig.store.commit(await stage(rig.store, KEY, [BODY]))).toEqual({ ok: true, value: undefined });
      expect(rig.stub.objects.get(FULL_KEY)?.body).toEqual(BODY);
      expect(rig.countOf(command)).toBeGreaterThan(2);
    },
  );

  it("gives up after five attempts", async () => {
    rig.answerAlways("CreateMultipartUpload", toErrorAnswer(500, "InternalError", "Try again."));
    const upload = valueOf(await rig.store.begin(KEY, GZIPPED_JSON));
    valueOf(await upload.write(makeBody(10)));
    const detail = "InternalError (HTTP 500): Try again.";
    expect(await upload.finish()).toEqual(failed({ reason: "storage-error", target: URI, detail }));
    expect(rig.countOf("CreateMultipartUpload")).toBe(5);
  });

  it("does not mistake an answer of 200 with an error inside for a completed upload", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerFirst(1, "CompleteMultipartUpload", { ...toErrorAnswer(200, "InternalError"), status: 200 });
    expect(await rig.store.commit(staged)).toEqual({ ok: true, value: undefined });
    expect(rig.countOf("CompleteMultipartUpload")).toBe(2);
    expect(rig.stub.objects.get(FULL_KEY)?.body).toEqual(BODY);
  });

  it("finds out that an upload was completed though the answer was lost", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    let isLost = false;
    rig.stub.fault = ({ command }, answer) => {
      if (command !== "CompleteMultipartUpload" || isLost) return null;
      isLost = true;
      answer();
      return { status: 200, headers: { "content-length": "100" }, body: " ", isCut: true };
    };
    expect(await rig.store.commit(staged)).toEqual({ ok: true, value: undefined });
    expect(rig.countOf("CompleteMultipartUpload")).toBe(2);
  });

  it.each(["InvalidPart", "EntityTooSmall", "InvalidRequest"])("aborts an upload that is refused permanently with %s", async (code) => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerFirst(1, "CompleteMultipartUpload", toErrorAnswer(400, code, "no"));
    expect(await rig.store.commit(staged)).toEqual(failed({ reason: "storage-error", target: URI, detail: `${code} (HTTP 400): no` }));
    expect(rig.stub.uploads.size).toBe(0);
    expect(await rig.store.commit(staged)).toEqual(failed({ reason: "upload-vanished", target: URI }));
  });

  it("keeps the upload if completing it fails temporarily", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerFirst(5, "CompleteMultipartUpload", toErrorAnswer(500, "InternalError"));
    expect(await rig.store.commit(staged)).toMatchObject(failed({ reason: "storage-error", target: URI }));
    expect(await rig.store.commit(staged)).toEqual({ ok: true, value: undefined });
  });

  it("says that the upload is gone when it vanishes between two parts", async () => {
    const upload = valueOf(await rig.store.begin(KEY, GZIPPED_JSON));
    valueOf(await upload.write(makeBody(10)));
    rig.answerFirst(1, "UploadPart", toErrorAnswer(404, "NoSuchUpload"));
    expect(await upload.finish()).toEqual(failed({ reason: "upload-vanished", target: URI }));
  });

  it("answers every later write and the finish with a part's failure, and leaves nothing after the abort", async () => {
    const upload = valueOf(await rig.store.begin(KEY, GZIPPED_JSON));
    rig.stub.fault = ({ command, partNumber }) =>
      command === "UploadPart" && partNumber === 2 ? toErrorAnswer(400, "BadDigest", "no") : null;
    const expected = failed({ reason: "storage-error", target: URI, detail: "BadDigest (HTTP 400): no" });
    valueOf(await upload.write(makeBody(2 * PART_BYTES)));
    expect(await upload.write(makeBody(3 * PART_BYTES))).toEqual(expected);
    expect(await upload.write(makeBody(1))).toEqual(expected);
    expect(await upload.finish()).toEqual(expected);
    await upload.abort();
    expect(rig.stub.uploads.size).toBe(0);
  });

  it("can be aborted while a part is stuck", async () => {
    const upload = valueOf(await rig.store.begin(KEY, GZIPPED_JSON));
    const arrived = defer();
    rig.stub.fault = ({ command }) => {
      if (command !== "UploadPart") return null;
      arrived.resolve();
      return new Promise<never>(() => undefined);
    };
    valueOf(await upload.write(makeBody(PART_BYTES)));
    const finishing = upload.finish();
    await arrived.promise;
    await upload.abort();
    expect(await finishing).toMatchObject({ ok: false, error: { reason: "storage-error" } });
    expect(rig.stub.uploads.size).toBe(0);
  });

  it("reports a server that stops answering as unreachable", async () => {
    const store = rig.openStore({ timeouts: { idleMs: 50 } });
    rig.stub.fault = () => new Promise<never>(() => undefined);
    expect(await store.put(KEY, BODY, GZIPPED_JSON)).toMatchObject(
      failed({ reason: "storage-unreachable", target: "s3://lake/smartsync" }),
    );
    expect(rig.countOf("PutObject")).toBe(5);
  });
});

describe("flow of parts to S3", () => {
  it("sends no more parts at once than allowed, and makes the writer wait", async () => {
    const store = rig.openStore({ partsInFlight: 3 });
    const upload = valueOf(await store.begin(KEY, GZIPPED_JSON));
    const held: (() => void)[] = [];
    const allArrived = defer();
    let inTheAir = 0;
    let most = 0;
    rig.stub.fault = async ({ command }) => {
      if (command !== "UploadPart") return null;
      inTheAir += 1;
      most = Math.max(most, inTheAir);
      if (held.length < 3) {
        await new Promise<void>((resolve) => {
          if (held.push(resolve) === 3) allArrived.resolve();
        });
      }
      inTheAir -= 1;
      return null;
    };
    let isWritten = false;
    const writing = upload.write(makeBody(8 * PART_BYTES)).then((written) => {
      isWritten = true;
      return written;
    });
    await allArrived.promise;
    expect(isWritten).toBe(false);
    for (const release of held) release();
    valueOf(await writing);
    valueOf(await store.commit(valueOf(await upload.finish())));
    expect(most).toBe(3);
    expect(rig.stub.objects.get(FULL_KEY)?.body).toEqual(makeBody(8 * PART_BYTES));
  });

  it("creates no upload before the first part is full", async () => {
    const upload = valueOf(await rig.store.begin(KEY, GZIPPED_JSON));
    valueOf(await upload.write(makeBody(PART_BYTES - 1)));
    await upload.abort();
    expect(rig.stub.requests).toEqual([]);
  });

  it.each([
    [405, "MethodNotAllowed"],
    [501, "NotImplemented"],
    [403, "AccessDenied"],
  ])("counts an upload as held if the store does not say: HTTP %i, %s", async (status, code) => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("ListParts", toErrorAnswer(status, code));
    expect(await rig.store.holds(staged)).toEqual({ ok: true, value: true });
  });

  it("counts an upload neither as held nor as gone if the store fails", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("ListParts", toErrorAnswer(503, "SlowDown"));
    expect(await rig.store.holds(staged)).toMatchObject({ ok: false, error: { reason: "storage-error" } });
    rig.answerAlways("ListParts", toErrorAnswer(404, "NoSuchBucket"));
    expect(await rig.store.holds(staged)).toMatchObject({ ok: false, error: { reason: "bucket-missing" } });
  });
});
