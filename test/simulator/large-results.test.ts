import { createHash } from "node:crypto";
import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { countDocumentBytes, renderPlan } from "../../src/simulator/render-result.ts";
import { renderResult } from "../fakes/render-result.ts";
import { createDataShape } from "../../src/simulator/data-shape.ts";
import { planResult } from "../../src/simulator/result-plan.ts";
import { storeAsGzip } from "../../src/simulator/store-as-gzip.ts";
import { openSimulator, validRequest } from "./plain-client.ts";

const MEBIBYTE = 1024 * 1024;

test.each(["JSON", "PIPE"])("padded %s rows have the given size, and the size of the document is calculated correctly", (format) => {
  const plan = planResult("agent-schedule-detail", validRequest("agent-schedule-detail", format), createDataShape({ rowBytes: 2_000 }));
  const text = Buffer.concat([...renderPlan(plan)]).toString();
  expect(Buffer.byteLength(text)).toBe(countDocumentBytes(plan));
  const rows = format === "JSON" ? (JSON.parse(text) as unknown[]).length : text.split("\n").length - 2;
  expect(rows).toBe(plan.totalRecords);
  expect(Math.round(Buffer.byteLength(text) / rows / 100)).toBe(20);
  // The rows of a cell differ only in their sequence number, which must count from one.
  expect(
    text
      .match(/\b0\d{9}\b/g)
      ?.slice(0, plan.cells[0]?.records)
      .map(Number),
  ).toEqual(Array.from({ length: plan.cells[0]?.records ?? 0 }, (_, index) => index + 1));
});

test.each(["agent-export", "mu-opens", "agent-vacation-summary"])("the size of padded %s in XML is calculated correctly", (exporter) => {
  const plan = planResult(exporter, validRequest(exporter, "XML"), createDataShape({ rowBytes: 3_000, rowsPerEntityDate: 7 }));
  expect(Buffer.concat([...renderPlan(plan)])).toHaveLength(countDocumentBytes(plan));
});

test("a page of padded rows contains the same rows as the whole result", () => {
  const plan = planResult("mu-results", validRequest("mu-results", "JSON"), createDataShape({ rowBytes: 500, rowsPerEntityDate: 3_000 }));
  const parse = (chunks: Iterable<Buffer>) => JSON.parse(Buffer.concat([...chunks]).toString()) as unknown[];
  expect(parse(renderPlan(plan, { first: 2_990, count: 20 }))).toEqual(parse(renderPlan(plan)).slice(2_990, 3_010));
});

test("a result without rows is a valid document", () => {
  for (const format of ["JSON", "XML"]) {
    const exporter = format === "JSON" ? "mu-results" : "mu-opens";
    const plan = planResult(exporter, validRequest(exporter, format), createDataShape({ rowsPerEntityDate: 0, rowBytes: 100 }));
    const text = Buffer.concat([...renderPlan(plan)]).toString();
    expect(Buffer.byteLength(text)).toBe(countDocumentBytes(plan));
    expect(text).toBe(format === "JSON" ? "[\n\n]\n" : '<?xml version="1.0" encoding="UTF-8"?>\n<opens>\n</opens>\n');
  }
});

test("storeAsGzip produces valid gzip for buffers of any size", () => {
  const buffers = [65_535, 0, 1, 65_536, 200_000].map((bytes, index) => Buffer.alloc(bytes, `buffer ${index}`));
  expect(gunzipSync(Buffer.concat([...storeAsGzip(buffers)]))).toEqual(Buffer.concat(buffers));
});

test("64 MiB are rendered only as fast as the client reads, and equal the output of renderResult", async () => {
  const shape = { rowBytes: 4_096, rowsPerEntityDate: Math.floor((64 * MEBIBYTE) / 4_096 / 6) };
  const { simulator, client, url } = await openSimulator({ ...shape, gzip: { level: 0 } });
  const request = validRequest("agent-schedule-detail", "JSON");
  const jobId = await client.submitJob("agent-schedule-detail", request);
  simulator.advance(60_000);
  const status = await client.status(jobId);
  expect(status.resultsSizeBytes?.uncompressed).toBeGreaterThan(63 * MEBIBYTE);
  expect(status.resultsSizeBytes).not.toHaveProperty("compressed");

  const login = await fetch(`${url}/SMARTSync/services/rs/users/v1/login`, {
    method: "POST",
    body: JSON.stringify({ customerId: 1, userName: "demo", password: "demo", locale: "en_US" }),
  });
  const Cookie = login.headers.get("set-cookie") ?? "";
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const hash = createHash("sha256");
  const bytes = await new Promise<number>((resolve, reject) => {
    let received = 0;
    get(`${url}/SMARTSync/services/rs/exporters/v1/result/${jobId}`, { agent: false, headers: { Cookie } }, (incoming) => {
      incoming.on("data", (chunk: Buffer) => {
        hash.update(chunk);
        received += chunk.length;
        // Without back-pressure, the server would buffer everything while the reader pauses.
        incoming.pause();
        setImmediate(() => incoming.resume());
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      });
      incoming.on("end", () => resolve(received));
      incoming.on("error", reject);
    }).on("error", reject);
  });
  expect(bytes).toBe(status.resultsSizeBytes?.uncompressed);
  expect(peak).toBeLessThan(40 * MEBIBYTE);
  const expected = createHash("sha256");
  for await (const chunk of renderResult("agent-schedule-detail", request, shape)) expected.update(chunk);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
  await simulator.close();
});

test("rendering stops when the client disconnects", async () => {
  const { simulator, client } = await openSimulator({ rowBytes: 4_096, rowsPerEntityDate: 10_000, gzip: { level: 0 } });
  const jobId = await client.submitJob("agent-schedule-detail", validRequest("agent-schedule-detail", "PIPE"));
  simulator.advance(60_000);
  const response = await client.result(jobId, { disconnectAfter: MEBIBYTE });
  expect(response.raw.length).toBeLessThan(4 * MEBIBYTE);
  await client.list();
  await simulator.close();
  expect(simulator.stats.results).toBe(0);
});
