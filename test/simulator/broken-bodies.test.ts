import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { openSimulator, validRequest, type HttpResponse, type LoggedInClient } from "./plain-client.ts";

let simulator: Simulator;
let client: LoggedInClient;
let jobId: string;
let whole: HttpResponse;

beforeEach(async () => {
  ({ simulator, client } = await openSimulator());
  jobId = await client.submitJob("agent-schedule-detail", validRequest("agent-schedule-detail", "JSON"));
  simulator.advance(60_000);
  whole = await client.result(jobId);
});
afterEach(async () => await simulator.close());

async function cut(setting: string, options = {}): Promise<HttpResponse> {
  return await client.result(jobId, { faults: `cut-body=${setting}`, ...options });
}

function expectTruncated(response: HttpResponse, bytes: number): void {
  expect(response.status).toBe(200);
  expect(response.raw).toEqual(whole.raw.subarray(0, bytes));
}

test("length-fin announces the full length and closes the connection early", async () => {
  const response = await cut("length-fin@1000");
  expectTruncated(response, 1000);
  expect(Number(response.headers["content-length"])).toBe(whole.raw.length);
  expect(response.transferError).toBe("ECONNRESET");
});

test("length-rst announces the full length and resets the connection", async () => {
  const response = await cut("length-rst@1000");
  expect(Number(response.headers["content-length"])).toBe(whole.raw.length);
  expect(response.raw.length).toBeLessThanOrEqual(1000);
  expect(response.transferError).toBe("ECONNRESET");
});

test("chunked-fin never sends the last chunk", async () => {
  const response = await cut("chunked-fin@1000");
  expectTruncated(response, 1000);
  expect(response.headers["transfer-encoding"]).toBe("chunked");
  expect(response.transferError).toBe("ECONNRESET");
});

test("close-fin has no length and no chunks, so the client cannot detect that the body is truncated", async () => {
  const response = await cut("close-fin@1000");
  expectTruncated(response, 1000);
  expect(response.headers).not.toHaveProperty("transfer-encoding");
  expect(response.headers).not.toHaveProperty("content-length");
  expect(response.transferError).toBeNull();
});

test("gzip-length announces the truncated length", async () => {
  const response = await cut("gzip-length@1000");
  expectTruncated(response, 1000);
  expect(response.headers["content-length"]).toBe("1000");
  expect(response.transferError).toBeNull();
  expect(() => gunzipSync(response.raw)).toThrow("unexpected end of file");
});

test("gzip-chunked sends the last chunk", async () => {
  const response = await cut("gzip-chunked@1000");
  expectTruncated(response, 1000);
  expect(response.headers["transfer-encoding"]).toBe("chunked");
  expect(response.transferError).toBeNull();
  expect(() => gunzipSync(response.raw)).toThrow("unexpected end of file");
});

test("short-document is valid gzip of a truncated document", async () => {
  const response = await cut("short-document@3000");
  expect(response.headers["transfer-encoding"]).toBe("chunked");
  expect(response.transferError).toBeNull();
  expect(response.text).toBe(whole.text.slice(0, response.text.length));
  expect(Buffer.byteLength(response.text)).toBe(3000);
});

test("stall stops sending and keeps the connection open", async () => {
  let ended = false;
  const stalled = cut("stall@1000").finally(() => (ended = true));
  for (let time = 0; time < 5; time += 1) await client.list();
  expect(ended).toBe(false);
  await simulator.close();
  const response = await stalled;
  expectTruncated(response, 1000);
  expect(Number(response.headers["content-length"])).toBe(whole.raw.length);
});

test("at least one byte is missing, and without a position half of the body", async () => {
  expect((await cut("gzip-length@99999999")).raw).toEqual(whole.raw.subarray(0, -1));
  expect((await cut("gzip-length")).raw).toEqual(whole.raw.subarray(0, Math.floor(whole.raw.length / 2)));
});

test("a truncated result is not counted as sent", async () => {
  const { results } = simulator.stats;
  for (const name of ["length-fin", "close-fin", "gzip-chunked", "short-document"]) await cut(`${name}@1000`);
  expect(simulator.stats.results).toBe(results);
  await client.result(jobId);
  expect(simulator.stats.results).toBe(results + 1);
});

test("an uncompressed body can be truncated as well", async () => {
  const response = await cut("close-fin@1000,no-gzip");
  expect(response.raw.toString()).toBe(Buffer.from(whole.text).subarray(0, 1000).toString());
  expect(response.transferError).toBeNull();
});
