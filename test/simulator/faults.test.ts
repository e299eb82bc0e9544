import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { describeFaults, FAULTS, parseFaults } from "../../src/simulator/faults.ts";
import { sendRequest, CREDENTIALS, logIn, openSimulator, validRequest, type LoggedInClient } from "./plain-client.ts";

let simulator: Simulator;
let url: string;
let client: LoggedInClient;
let jobId: string;
const REQUEST = validRequest("agent-schedule-detail", "JSON");
const CONNECTION_LOST = /ECONNRESET|socket hang up/;
const LIST = "exporters/v1/status";

beforeAll(async () => {
  ({ simulator, url, client } = await openSimulator());
  jobId = await client.submitJob("agent-schedule-detail", REQUEST);
  simulator.advance(60_000);
});
beforeEach(() => simulator.setFaults(""));
afterAll(async () => await simulator.close());

async function statuses(times: number, faults: string): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push((await client.api(LIST, { faults })).status);
  return found;
}

test("faults in a URL apply to that URL only", async () => {
  expect((await client.status(jobId, "fault=spelling=double")).status).toBe("COMPLETED_SUCCESSFULLY");
  expect((await client.status(jobId, "spelling=double/~nulls")).errorDetails).toBeNull();
  expect((await client.status(jobId)).status).toBe("COMPLETED_SUCCESFULLY");
});

test("faults set at run time apply to all clients until they are replaced, and faults in a URL take keepReason", async () => {
  simulator.setFaults("spelling=double");
  expect((await client.status(jobId)).status).toBe("COMPLETED_SUCCESSFULLY");
  expect((await client.status(jobId, "spelling=single")).status).toBe("COMPLETED_SUCCESFULLY");
  simulator.setFaults({});
  expect((await client.status(jobId)).status).toBe("COMPLETED_SUCCESFULLY");
});

test("an unknown fault is reported", async () => {
  const response = await client.api(LIST, { faults: "speling=double" });
  expect(response.status).toBe(400);
  expect(response.text).toContain("there is no fault speling");
  expect(() => simulator.setFaults("speling=double")).toThrow("there is no fault speling");
});

test("a fault can be limited to an endpoint, and to the first requests", async () => {
  expect(await statuses(4, "server-errors=1:x2")).toEqual([500, 500, 200, 200]);
  expect((await client.status(jobId, "spelling=double:x1")).status).toBe("COMPLETED_SUCCESSFULLY");
  expect((await client.status(jobId, "spelling=double:x1")).status).toBe("COMPLETED_SUCCESFULLY");
  expect(await statuses(2, "server-errors=1:result")).toEqual([200, 200]);
  expect((await client.result(jobId, { faults: "server-errors=1:result" })).status).toBe(500);
});

test("every Nth request is answered with 429 and a Retry-After in either form", async () => {
  expect(await statuses(6, "rate-limit=3")).toEqual([200, 200, 429, 200, 200, 429]);
  expect((await client.api(LIST, { faults: "rate-limit=1,retry-after=7" })).headers["retry-after"]).toBe("7");
  const dated = await client.api(LIST, { faults: "rate-limit-date=1,retry-after=7" });
  expect(Date.parse(dated.headers["retry-after"] ?? "") - Date.parse(dated.headers.date ?? "")).toBe(7_000);
});

test("every Nth request is answered with 500", async () => {
  expect(await statuses(4, "server-errors=2")).toEqual([200, 500, 200, 500]);
});

test("latency delays the response", async () => {
  const startedAt = performance.now();
  await client.api(LIST, { faults: "latency=60" });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
});

test("a session ends after a number of requests, and a new login starts another", async () => {
  const found: number[] = [];
  const fresh = await logIn(url);
  for (let time = 0; time < 4; time += 1) found.push((await fresh.api(LIST, { faults: "unauthorized-after=2" })).status);
  expect(found).toEqual([200, 200, 401, 401]);
  const next = await logIn(url);
  expect((await next.api(LIST, { faults: "unauthorized-after=2" })).status).toBe(200);
});

test("an expired session can be answered with a login page", async () => {
  const headers = { Cookie: "JSESSIONID=gone" };
  const redirect = await client.api(LIST, { faults: "login-page-redirect", headers });
  expect([redirect.status, redirect.headers.location]).toEqual([302, "/~login-page-redirect/SMARTSync/login.html"]);
  expect((await sendRequest(url + redirect.headers.location)).headers["content-type"]).toContain("text/html");
  const page = await client.api(LIST, { faults: "login-page-html", headers });
  expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
});

test("logins can be rejected", async () => {
  const response = await sendRequest(`${url}/~login-refused/SMARTSync/services/rs/users/v1/login`, { method: "POST", body: CREDENTIALS });
  expect(response.status).toBe(401);
});

test("a request with a reset connection is not carried out, but a lost submit is", async () => {
  const before = simulator.jobs().length;
  await expect(client.submit("agent-schedule-detail", REQUEST, "reset:submit")).rejects.toThrow(CONNECTION_LOST);
  expect(simulator.jobs()).toHaveLength(before);
  await expect(client.submit("agent-schedule-detail", REQUEST, "submit-lost")).rejects.toThrow(CONNECTION_LOST);
  expect(simulator.jobs()).toHaveLength(before + 1);
});

test("an accepted submit can be answered late, and is counted as unanswered if the client has disconnected", async () => {
  const { submits, submitsUnanswered } = simulator.stats;
  const startedAt = performance.now();
  await client.submitJob("agent-schedule-detail", REQUEST, "submit-late=60");
  expect(performance.now() - startedAt).toBeGreaterThan(55);
  expect(simulator.stats.submitsUnanswered).toBe(submitsUnanswered);
  const hangUp = new AbortController();
  const asking = fetch(`${url}/~submit-late=60000/SMARTSync/services/rs/exporters/v1/agent-schedule-detail`, {
    method: "POST",
    body: JSON.stringify(REQUEST),
    headers: { "Content-Type": "application/json", Cookie: `JSESSIONID=${simulator.sessionIds()[0]}` },
    signal: hangUp.signal,
  });
  await expect.poll(() => simulator.stats.submits).toBe(submits + 2);
  hangUp.abort();
  await expect(asking).rejects.toThrow("aborted");
  await expect.poll(() => simulator.stats.submitsUnanswered).toBe(submitsUnanswered + 1);
});

test("totals and sizes can be wrong or missing", async () => {
  const right = await client.status(jobId);
  const { compressed = 0, uncompressed = 0 } = right.resultsSizeBytes ?? {};
  expect((await client.status(jobId, "total-records=+1")).totalRecords).toBe((right.totalRecords ?? 0) + 1);
  expect((await client.status(jobId, "total-records=-1")).totalRecords).toBe((right.totalRecords ?? 0) - 1);
  expect((await client.status(jobId, "sizes=-2")).resultsSizeBytes).toEqual({
    compressed: compressed - 2,
    uncompressed: uncompressed - 2,
  });
  const bare = await client.status(jobId, "no-total");
  expect(bare).not.toHaveProperty("totalRecords");
  expect(bare).not.toHaveProperty("resultsSizeBytes");
});

test("faults select the undocumented forms of responses", async () => {
  const list = JSON.parse((await client.api(LIST, { faults: "status.wrapped" })).text) as { jobs: unknown[] };
  expect(list.jobs).toEqual(await client.list());
  const entities = JSON.parse((await client.api("entities/v1?entityType=bu,eg", { faults: "entities.wrapped,no-bu" })).text) as object;
  expect(entities).toMatchObject({ entities: [{ id: 401 }, { id: 402 }] });
  expect((await client.status(jobId, "exporter-title")).exporterType).toBe("Agent Schedule Detail");
  const unknown = await client.api("exporters/v1/status/nope", { faults: "not-found-status=404" });
  expect(JSON.parse(unknown.text)).toEqual({ message: "Job id is not found", status: 404 });
  const page = await client.result(jobId, { faults: "count-records=actual", query: "?startRecord=1&numRecords=999999" });
  expect(page.headers["x-count-records"]).toBe(String((JSON.parse(page.text) as unknown[]).length));
});

test("a wrapped result has the announced sizes", async () => {
  const status = await client.status(jobId, "result.wrapped");
  const result = await client.result(jobId, { faults: "result.wrapped" });
  expect((JSON.parse(result.text) as { records: unknown[] }).records).toHaveLength(status.totalRecords ?? -1);
  expect(status.resultsSizeBytes).toEqual({ compressed: result.raw.length, uncompressed: Buffer.byteLength(result.text) });
});

test("entities can be forbidden", async () => {
  const response = await client.submit("agent-schedule-detail", { ...REQUEST, muIds: [101, 103, 104] }, "forbidden=103+104");
  expect(response.status).toBe(400);
  expect((JSON.parse(response.text) as { details: string[] }).details).toEqual(["Insufficient permissions to view entities: 103, 104"]);
  expect((await client.api("entities/v1?entityType=mu", { faults: "forbidden=103+104" })).text).not.toContain("103");
});

test("the default attribute can be missing", async () => {
  const response = await client.submit("agent-schedule-detail", REQUEST, "no-default-attribute");
  expect((JSON.parse(response.text) as { details: string[] }).details).toEqual(["Missing default attribute value: 'EXC_EXPORT'"]);
  expect((await client.submit("agent-schedule-detail", { ...REQUEST, attribute: "A" }, "no-default-attribute")).status).toBe(200);
});

test.each([
  { faults: "fail", word: "FAILED", details: "Internal server error", message: "Your job has failed." },
  { faults: "fail=too-large", word: "FAILED", details: "Result set is too large,", message: "Your job has failed." },
  { faults: "too-large=5", word: "FAILED", details: "Result set is too large,", message: "Your job has failed." },
  { faults: "cancel", word: "CANCELED", details: "Job was canceled by a user", message: "Job was canceled by a user" },
])("a job submitted under $faults ends as $word", async ({ faults, word, details, message }) => {
  const id = await client.submitJob("agent-schedule-detail", REQUEST, faults);
  simulator.advance(60_000);
  const status = await client.status(id);
  expect(status.status).toBe(word);
  expect(status.errorDetails).toContain(details);
  expect(status).not.toHaveProperty("totalRecords");
  const result = await client.result(id);
  expect([result.status, result.headers["content-encoding"]]).toEqual([206, undefined]);
  expect((JSON.parse(result.text) as { message: string }).message).toContain(message);
});

test("a job of exactly the maximum size is not too large", async () => {
  const id = await client.submitJob("agent-schedule-detail", REQUEST, "too-large=6");
  simulator.advance(60_000);
  expect((await client.status(id)).status).toBe("COMPLETED_SUCCESFULLY");
});

test("a finished job can be reported as waiting or unknown, or have no result", async () => {
  expect((await client.status(jobId, "stuck-waiting")).status).toBe("WAITING");
  expect((await client.result(jobId, { faults: "stuck-waiting" })).status).toBe(206);
  expect(await client.list("vanish")).toEqual([]);
  expect((await client.api(`${LIST}/${jobId}`, { faults: "vanish" })).status).toBe(404);
  expect((await client.result(jobId, { faults: "vanish" })).status).toBe(404);
  expect((await client.result(jobId, { faults: "not-complete-forever" })).status).toBe(206);
});

test("a running job can have an undocumented status", async () => {
  const id = await client.submitJob("agent-schedule-detail", REQUEST);
  expect((await client.status(id, "unknown-status-word")).status).toBe("FINALIZING");
  simulator.advance(60_000);
});

test("a result can have the wrong media type, or be sent uncompressed", async () => {
  expect((await client.result(jobId, { faults: "wrong-media-type" })).headers["content-type"]).toBe("text/html");
  const plain = await client.result(jobId, { faults: "no-gzip" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(JSON.parse(plain.raw.toString())).toHaveLength((await client.status(jobId)).totalRecords ?? -1);
});

test("a slow body is sent at the given rate", async () => {
  const { compressed = 0 } = (await client.status(jobId)).resultsSizeBytes ?? {};
  const startedAt = performance.now();
  const result = await client.result(jobId, { faults: `slow-body=${compressed * 5}` });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(150);
  expect(result.raw).toHaveLength(compressed);
});

test("parseFaults reads every fault, and its error names every invalid one", () => {
  expect(parseFaults("")).toEqual({ ok: true, value: {} });
  const read = parseFaults(" latency=200:result:x2, status.wrapped ,cut-body=stall@9x3,cut-body=5000");
  expect(read).toEqual({
    ok: true,
    value: {
      latency: { word: null, amount: 200, endpoint: "result", times: 2 },
      "status.wrapped": { word: "jobs", amount: null, endpoint: null, times: null },
      "cut-body": { word: "length-fin", amount: 5000, endpoint: null, times: null },
    },
  });
  const wrong = parseFaults("latency,spelling=triple,vanish=1,forbidden=a,cut-body=melt@5,latency=2@3,warp");
  expect(wrong.ok ? [] : wrong.error.split("; ").map((problem) => problem.split(" ")[0])).toEqual([
    "latency",
    "spelling=triple",
    "vanish=1",
    "forbidden=a",
    "cut-body=melt@5",
    "latency=2@3",
    "there",
  ]);
});

test("the example of every fault is valid, and the help text contains it", () => {
  const help = describeFaults();
  for (const [name, { example, description }] of Object.entries(FAULTS)) {
    const parsed = parseFaults(example);
    expect(parsed.ok ? Object.keys(parsed.value) : parsed.error).toEqual([name]);
    expect(help).toContain(example);
    expect(help).toContain(description);
  }
});
