import { afterAll, beforeAll, expect, test } from "vitest";
import { VALIDATION_FAILED } from "../../src/simulator/send-response.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { sendRequest, CREDENTIALS, openSimulator, validRequest, type LoggedInClient } from "./plain-client.ts";

let simulator: Simulator;
let url: string;
let client: LoggedInClient;
let jobId: string;
const REQUEST = validRequest("agent-schedule-detail", "JSON");
const LIST = "exporters/v1/status";

beforeAll(async () => {
  ({ simulator, url, client } = await openSimulator());
  jobId = await client.submitJob("agent-schedule-detail", REQUEST);
  simulator.advance(60_000);
});
afterAll(async () => await simulator.close());

test.each([
  ["jobs", (jobs: unknown[]) => ({ jobs })],
  ["tasks", (tasks: unknown[]) => ({ count: tasks.length, tasks })],
  ["nested", (items: unknown[]) => ({ data: { items } })],
  ["alone", (jobs: unknown[]) => ({ jobs: jobs.length === 1 ? jobs[0] : jobs })],
])("the list of jobs can be wrapped: %s", async (form, wrap) => {
  const wrapped = await client.api(LIST, { faults: `status.wrapped=${form}` });
  expect(JSON.parse(wrapped.text)).toEqual(wrap(await client.list()));
});

test.each([
  ["entities.wrapped=nested", { total: 1, data: { items: [{ entityType: "bu", id: 301, name: "Americas", status: "ADD" }] } }],
  ["entities.wrapped=kinds", { buList: [{ entityType: "bu", id: 301, name: "Americas", status: "ADD" }] }],
  ["entity-names=long", [{ entityId: "301", entityName: "Americas", entityKind: "Business Unit", entityStatus: "ADD" }]],
  ["entity-names=prefixed", [{ buId: 301, buName: "Americas", status: "ADD" }]],
  ["entity-names=untyped", [{ id: 301, name: "Americas", status: "ADD" }]],
])("entities can have another form: %s", async (faults, expected) => {
  const response = await client.api("entities/v1?entityType=bu", { faults: `${faults},forbidden=302` });
  expect(JSON.parse(response.text)).toEqual(expected);
});

test.each([
  ["together", { message: VALIDATION_FAILED, details: ["Insufficient permissions to view entities: 103, 104"] }],
  [
    "each",
    { message: VALIDATION_FAILED, details: ["Insufficient permissions to view entity 103", "Insufficient permissions to view entity 104"] },
  ],
  ["apart", { message: VALIDATION_FAILED, details: ["Insufficient permissions to view entities:", "[103, 104]"] }],
  ["message", { message: "Insufficient permissions to view entities: 103, 104" }],
  ["unnamed", { message: VALIDATION_FAILED, details: ["Insufficient permissions to view entities"] }],
])("forbidden entities can be named in another form: %s", async (form, expected) => {
  const response = await client.submit(
    "agent-schedule-detail",
    { ...REQUEST, muIds: [103, 104] },
    `forbidden=103+104,forbidden-form=${form}`,
  );
  expect(JSON.parse(response.text)).toEqual({ status: 400, ...expected });
});

test("members and dates of a status can have other forms", async () => {
  const right = await client.status(jobId);
  const { compressed, uncompressed } = right.resultsSizeBytes ?? {};
  expect((await client.status(jobId, "size-names=zip")).resultsSizeBytes).toEqual({ zipSize: compressed, rawSize: uncompressed });
  expect((await client.status(jobId, "size-names=long")).resultsSizeBytes).toEqual({
    compressedSizeBytes: compressed,
    uncompressedSizeBytes: uncompressed,
  });
  expect((await client.status(jobId, "status-dates=epoch")).lastStatusChange).toBe(Date.parse(right.lastStatusChange));
  const local = (await client.status(jobId, "status-dates=local")).lastStatusChange;
  expect(Date.parse(right.lastStatusChange) - Date.parse(`${local}Z`)).toBe(6 * 3_600_000);
});

test("every Nth request can be answered with a web page or a redirect", async () => {
  expect((await client.api(LIST, { faults: "redirect=2" })).status).toBe(200);
  expect((await client.api(LIST, { faults: "redirect=2" })).status).toBe(302);
  const page = await client.api(LIST, { faults: "html-page=1" });
  expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  const before = simulator.jobs().length;
  await client.submit("agent-schedule-detail", REQUEST, "html-page=1");
  expect(simulator.jobs()).toHaveLength(before);
});

test("the session id can be returned in the body or the cookie only", async () => {
  const login = async (form: string) =>
    await sendRequest(`${url}/~login-form=${form}/SMARTSync/services/rs/users/v1/login`, { method: "POST", body: CREDENTIALS });
  const [body, cookie] = [await login("body"), await login("cookie")];
  expect([body.headers["set-cookie"], JSON.parse(body.text)]).toEqual([undefined, { jsessionId: expect.stringMatching(/.+/) }]);
  expect([cookie.headers["set-cookie"]?.length, JSON.parse(cookie.text)]).toEqual([1, {}]);
});

test("jobs can vanish from the list only, and the first job can vanish alone", async () => {
  const other = await client.submitJob("agent-schedule-detail", REQUEST);
  const idsUnder = async (faults: string) => (await client.list(faults)).map((job) => job.jobId);
  expect(await idsUnder("vanish=list")).toEqual([]);
  expect((await client.api(`${LIST}/${jobId}`, { faults: "vanish=list" })).status).toBe(200);
  expect((await client.result(jobId, { faults: "vanish=list" })).status).toBe(200);
  expect(await idsUnder("vanish-first")).not.toContain(jobId);
  expect(await idsUnder("vanish-first")).toContain(other);
  expect((await client.api(`${LIST}/${jobId}`, { faults: "vanish-first" })).status).toBe(404);
  expect((await client.api(`${LIST}/${other}`, { faults: "vanish-first" })).status).toBe(200);
  expect((await client.result(jobId, { faults: "vanish-first" })).status).toBe(404);
  expect((await client.api(`${LIST}/${jobId}`, { faults: "vanish-first=list" })).status).toBe(200);
  simulator.advance(60_000);
});

test("a job can wait for a long time without delaying other jobs", async () => {
  const delayed = await client.submitJob("agent-schedule-detail", REQUEST, "long-wait=600");
  const others = [1, 2, 3, 4].map(async () => await client.submitJob("agent-schedule-detail", REQUEST));
  const ids = await Promise.all(others);
  simulator.advance(599_000);
  expect((await client.status(delayed)).status).toBe("WAITING");
  for (const id of ids) expect((await client.status(id)).status).toBe("COMPLETED_SUCCESFULLY");
  simulator.advance(60_000);
  expect((await client.status(delayed)).status).toBe("COMPLETED_SUCCESFULLY");
});

test("gzip can be spelled differently, or announced but not sent", async () => {
  for (const name of ["GZIP", "gzip", "x-gzip"]) {
    expect((await client.result(jobId, { faults: `gzip-name=${name}` })).headers["content-encoding"]).toBe(name);
  }
  const unsent = await client.result(jobId, { faults: "gzip-unsent" });
  expect(unsent.headers["content-encoding"]).toBe("GZIP");
  expect(JSON.parse(unsent.raw.toString())).toHaveLength((await client.status(jobId)).totalRecords ?? -1);
  expect((await client.result(jobId, { faults: "wrong-media-type=octets" })).headers["content-type"]).toBe("application/octet-stream");
});
