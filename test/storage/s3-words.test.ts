import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StorageFailure } from "../../src/core/base/failure.ts";
import { createS3Store } from "../../src/storage/s3/create-s3-store.ts";
import { GZIPPED_JSON, makeBody, stage, valueOf } from "../contracts/object-store.steps.ts";
import { S3_SERVER_CREDENTIALS, startS3Server } from "../fakes/s3-server.ts";
import { type StubAnswer, toErrorAnswer } from "../fakes/stub-s3.ts";
import { KEY, type StubbedStore, URI, createStubbedStore, failed } from "./fixtures/stubbed-store.ts";

const BODY = makeBody(250);

let rig: StubbedStore;

beforeEach(async () => {
  rig = await createStubbedStore();
});
afterEach(() => rig.close());

describe("what S3 is told", () => {
  it("sends media type, encoding, encryption and checksums", async () => {
    const store = rig.openStore({ sse: { algorithm: "aws:kms", kmsKeyId: "key-1" } });
    const staged = await stage(store, KEY, [BODY]);
    valueOf(await store.commit(staged));
    const [create, part, , , complete] = rig.stub.requests;
    expect(create?.headers).toMatchObject({
      "content-type": "application/json",
      "content-encoding": "gzip",
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": "key-1",
      "x-amz-checksum-algorithm": "CRC32",
      "x-amz-checksum-type": "FULL_OBJECT",
    });
    expect(part?.headers).toMatchObject({ "x-amz-checksum-crc32": staged.parts[0]?.crc32, "content-length": "100" });
    expect(complete?.headers).toMatchObject({
      "x-amz-checksum-crc32": staged.crc32,
      "x-amz-checksum-type": "FULL_OBJECT",
      "x-amz-mp-object-size": "250",
    });
  });

  it("says nothing about checksums where they are not wanted", async () => {
    const store = rig.openStore({ checksums: "when-required" });
    valueOf(await store.commit(await stage(store, KEY, [BODY])));
    valueOf(await store.put(KEY, BODY, GZIPPED_JSON));
    valueOf(await store.probe());
    const headers = new Set(rig.stub.requests.flatMap((request) => Object.keys(request.headers)));
    expect([...headers].filter((name) => name.includes("checksum") || name.includes("mp-object-size"))).toEqual([]);
    expect(rig.stub.requests.some(({ body }) => body.includes("Checksum"))).toBe(false);
  });

  it("says no encoding for what is not encoded", async () => {
    valueOf(await rig.store.put(KEY, BODY, { mediaType: "application/json", encoding: "identity" }));
    expect(rig.stub.requests[0]?.headers["content-type"]).toBe("application/json");
    expect(rig.stub.requests[0]?.headers).not.toHaveProperty("content-encoding");
  });
});

describe("errors of S3 become failures", () => {
  it.each<[string, StubAnswer, StorageFailure]>([
    ["a missing bucket", toErrorAnswer(404, "NoSuchBucket"), { reason: "bucket-missing", target: "s3://lake" }],
    [
      "a missing permission",
      toErrorAnswer(403, "AccessDenied", "User: arn:aws:iam::1:user/nightly is not authorized to perform: s3:PutObject"),
      {
        reason: "storage-denied",
        target: URI,
        detail: "AccessDenied (HTTP 403): User: arn:aws:iam::1:user/nightly is not authorized to perform: s3:PutObject",
      },
    ],
    [
      "an unknown access key",
      toErrorAnswer(403, "InvalidAccessKeyId", "The key AKIAIOSFODNN7EXAMPLE does not exist"),
      { reason: "storage-denied", target: URI, detail: "InvalidAccessKeyId: the access key is not known there" },
    ],
    [
      "a wrong secret",
      toErrorAnswer(403, "SignatureDoesNotMatch"),
      { reason: "storage-denied", target: URI, detail: "SignatureDoesNotMatch: the signature does not match: the secret key is wrong" },
    ],
    [
      "an expired token",
      toErrorAnswer(400, "ExpiredToken"),
      { reason: "storage-denied", target: URI, detail: "ExpiredToken: the session token has expired" },
    ],
    ["a full store", toErrorAnswer(507, "XMinioStorageFull"), { reason: "storage-full", target: URI }],
    ["a full store that says so by its status only", { status: 507, body: "" }, { reason: "storage-full", target: URI }],
    ["a quota that is used up", toErrorAnswer(400, "QuotaExceeded"), { reason: "storage-full", target: URI }],
    [
      "something else",
      toErrorAnswer(400, "EntityTooLarge", "too much"),
      { reason: "storage-error", target: URI, detail: "EntityTooLarge (HTTP 400): too much" },
    ],
  ])("names %s", async (_what, answer, failure) => {
    rig.answerAlways("PutObject", answer);
    expect(await rig.store.put(KEY, BODY, GZIPPED_JSON)).toEqual(failed(failure));
  });

  it("names a denial without a body, as the answer to HEAD", async () => {
    const staged = await stage(rig.store, KEY, [BODY]);
    rig.answerAlways("HeadObject", { status: 403 });
    expect(await rig.store.commit(staged)).toMatchObject(failed({ reason: "storage-denied", target: URI }));
  });

  it("names a server that is no object store", async () => {
    rig.answerAlways("PutObject", { status: 404, headers: { "content-type": "text/html" }, body: "<html><body>Not here</body></html>" });
    expect(await rig.store.put(KEY, BODY, GZIPPED_JSON)).toMatchObject(failed({ reason: "storage-error", target: URI }));
  });

  it("repeats no secret that a server echoes", async () => {
    rig.stub.fault = ({ headers }) =>
      toErrorAnswer(400, "InvalidArgument", `bad request: Authorization: ${headers.authorization}; AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE`);
    const put = await rig.store.put(KEY, BODY, GZIPPED_JSON);
    const [request] = rig.stub.requests;
    const signature = /Signature=(\w+)/.exec(request?.headers.authorization ?? "")?.[1];
    expect(signature).toHaveLength(64);
    const words = JSON.stringify(put);
    expect(words).toContain("bad request");
    expect(words).not.toContain(signature);
    expect(words).not.toContain("AKIAIOSFODNN7EXAMPLE");
  });

  it("says when there are no credentials at all", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    for (const name of ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]) vi.stubEnv(name, "/nonexistent");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    try {
      const store = rig.openStore({ credentials: undefined });
      expect(await store.put(KEY, BODY, GZIPPED_JSON)).toEqual(
        failed({
          reason: "storage-denied",
          target: URI,
          detail: expect.stringMatching(/^CredentialsProviderError: no credentials found/) as string,
        }),
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("cannot probe where deleting is forbidden", async () => {
    rig.answerAlways("DeleteObject", toErrorAnswer(403, "AccessDenied"));
    expect(await rig.store.probe()).toMatchObject({ ok: false, error: { reason: "storage-denied" } });
  });

  it("cannot probe where another content is read back", async () => {
    rig.answerAlways("GetObject", { status: 200, body: "something else" });
    expect(await rig.store.probe()).toMatchObject({ ok: false, error: { reason: "stored-object-differs" } });
  });
});

describe("S3 store and no server", () => {
  it("names a refused connection", async () => {
    const port = await findClosedPort();
    const store = createS3Store({
      bucket: "lake",
      prefix: "",
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${port}`,
      credentials: S3_SERVER_CREDENTIALS,
      forcePathStyle: true,
    });
    const detail = expect.stringContaining("ECONNREFUSED") as string;
    const unreachable = failed({ reason: "storage-unreachable", target: "s3://lake", detail });
    expect(await store.probe()).toEqual(unreachable);
    expect(await store.read(KEY)).toEqual(unreachable);
    store.close();
  });

  it("names a missing bucket, whatever is asked", async () => {
    const server = await startS3Server("lake");
    const store = createS3Store({
      bucket: "nowhere",
      prefix: "smartsync",
      region: "us-east-1",
      endpoint: server.endpoint,
      credentials: S3_SERVER_CREDENTIALS,
      forcePathStyle: true,
    });
    const missing = failed({ reason: "bucket-missing", target: "s3://nowhere" });
    expect(await store.put(KEY, BODY, GZIPPED_JSON)).toEqual(missing);
    expect(await store.read(KEY)).toEqual(missing);
    expect(await store.remove(KEY)).toEqual(missing);
    expect(await store.probe()).toEqual(missing);
    const upload = valueOf(await store.begin(KEY, GZIPPED_JSON));
    valueOf(await upload.write(BODY));
    expect(await upload.finish()).toEqual(missing);
    await upload.abort();
    store.close();
    await server.close();
  });
});

async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
