import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createS3Store } from "../../src/storage/s3/create-s3-store.ts";
import { GZIPPED_JSON, valueOf } from "../contracts/object-store.steps.ts";
import { S3_SERVER_CREDENTIALS } from "../fakes/s3-server.ts";

const MIB = 1024 * 1024;
const PART_BYTES = 8 * MIB;
const TOTAL_BYTES = 512 * MIB;

let server: ChildProcess;
let endpoint: string;

beforeAll(async () => {
  server = fork(fileURLToPath(new URL("fixtures/discarding-s3.ts", import.meta.url)), { execArgv: ["--import", "tsx"] });
  const [port] = (await once(server, "message")) as [number];
  endpoint = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  const exited = once(server, "exit");
  server.disconnect();
  await exited;
});

it("uploads 512 MiB with the memory of a few parts", { timeout: 120_000 }, async () => {
  const store = createS3Store({
    bucket: "lake",
    prefix: "smartsync",
    region: "us-east-1",
    endpoint,
    forcePathStyle: true,
    credentials: S3_SERVER_CREDENTIALS,
  });
  const upload = valueOf(await store.begin("schedules/part-000.json.gz", GZIPPED_JSON));
  const chunk = Buffer.alloc(64 * 1024, "synthetic row;");
  const before = process.memoryUsage();
  let arrayBuffers = 0;
  let rss = 0;
  for (let sent = 0; sent < TOTAL_BYTES; sent += chunk.byteLength) {
    valueOf(await upload.write(chunk));
    const usage = process.memoryUsage();
    arrayBuffers = Math.max(arrayBuffers, usage.arrayBuffers - before.arrayBuffers);
    rss = Math.max(rss, usage.rss - before.rss);
  }
  const staged = valueOf(await upload.finish());
  expect(staged.bytes).toBe(TOTAL_BYTES);
  expect(staged.parts).toHaveLength(TOTAL_BYTES / PART_BYTES);
  // Two parts on their way and one that is filled; the rest is room for what the SDK and sockets hold.
  expect(arrayBuffers).toBeLessThan(6 * PART_BYTES);
  expect(rss).toBeLessThan(16 * PART_BYTES);
  store.close();
});
