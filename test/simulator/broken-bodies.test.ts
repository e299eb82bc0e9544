import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { openSimulator, validRequest, type Answer, type Visitor } from "./plain-client.ts";

let simulator: Simulator;
let visitor: Visitor;
let jobId: string;
let whole: Answer;

beforeEach(async () => {
  ({ simulator, visitor } = await openSimulator());
  jobId = await visitor.submitted("agent-schedule-detail", validRequest("agent-schedule-detail", "JSON"));
  simulator.advance(60_000);
  whole = await visitor.result(jobId);
});
afterEach(async () => await simulator.close());

async function cut(way: string, options = {}): Promise<Answer> {
  return await visitor.result(jobId, { faults: `cut-body=${way}`, ...options });
}

function expectCutAt(answer: Answer, bytes: number): void {
  expect(answer.status).toBe(200);
  expect(answer.raw).toEqual(whole.raw.subarray(0, bytes));
}

test("length-fin announces the whole and closes early", async () => {
  const answer = await cut("length-fin@1000");
  expectCutAt(answer, 1000);
  expect(Number(answer.headers["content-length"])).toBe(whole.raw.length);
  expect(answer.broken).toBe("ECONNRESET");
});

test("length-rst announces the whole and resets", async () => {
  const answer = await cut("length-rst@1000");
  expect(Number(answer.headers["content-length"])).toBe(whole.raw.length);
  expect(answer.raw.length).toBeLessThanOrEqual(1000);
  expect(answer.broken).toBe("ECONNRESET");
});

test("chunked-fin never sends the last chunk", async () => {
  const answer = await cut("chunked-fin@1000");
  expectCutAt(answer, 1000);
  expect(answer.headers["transfer-encoding"]).toBe("chunked");
  expect(answer.broken).toBe("ECONNRESET");
});

test("close-fin has no length and no chunks, so that nobody can see the cut", async () => {
  const answer = await cut("close-fin@1000");
  expectCutAt(answer, 1000);
  expect(answer.headers).not.toHaveProperty("transfer-encoding");
  expect(answer.headers).not.toHaveProperty("content-length");
  expect(answer.broken).toBeNull();
});

test("gzip-length announces just what comes", async () => {
  const answer = await cut("gzip-length@1000");
  expectCutAt(answer, 1000);
  expect(answer.headers["content-length"]).toBe("1000");
  expect(answer.broken).toBeNull();
  expect(() => gunzipSync(answer.raw)).toThrow("unexpected end of file");
});

test("gzip-chunked ends the chunks properly", async () => {
  const answer = await cut("gzip-chunked@1000");
  expectCutAt(answer, 1000);
  expect(answer.headers["transfer-encoding"]).toBe("chunked");
  expect(answer.broken).toBeNull();
  expect(() => gunzipSync(answer.raw)).toThrow("unexpected end of file");
});

test("short-document is sound gzip around half a document", async () => {
  const answer = await cut("short-document@3000");
  expect(answer.headers["transfer-encoding"]).toBe("chunked");
  expect(answer.broken).toBeNull();
  expect(answer.text).toBe(whole.text.slice(0, answer.text.length));
  expect(Buffer.byteLength(answer.text)).toBe(3000);
});

test("stall sends no more and closes nothing", async () => {
  let ended = false;
  const stalled = cut("stall@1000").finally(() => (ended = true));
  for (let time = 0; time < 5; time += 1) await visitor.list();
  expect(ended).toBe(false);
  await simulator.close();
  const answer = await stalled;
  expectCutAt(answer, 1000);
  expect(Number(answer.headers["content-length"])).toBe(whole.raw.length);
});

test("a cut beyond the end still takes the last byte, and one without a place takes half", async () => {
  expect((await cut("gzip-length@99999999")).raw).toEqual(whole.raw.subarray(0, -1));
  expect((await cut("gzip-length")).raw).toEqual(whole.raw.subarray(0, Math.floor(whole.raw.length / 2)));
});

test("a broken result is not counted as served", async () => {
  const { results } = simulator.stats;
  for (const way of ["length-fin", "close-fin", "gzip-chunked", "short-document"]) await cut(`${way}@1000`);
  expect(simulator.stats.results).toBe(results);
  await visitor.result(jobId);
  expect(simulator.stats.results).toBe(results + 1);
});

test("an unpacked body is cut the same ways", async () => {
  const answer = await cut("close-fin@1000,no-gzip");
  expect(answer.raw.toString()).toBe(Buffer.from(whole.text).subarray(0, 1000).toString());
  expect(answer.broken).toBeNull();
});
