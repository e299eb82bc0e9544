import { afterAll, beforeAll, expect, test } from "vitest";
import { VALIDATION_FAILED } from "../../src/simulator/answer.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { call, CREDENTIALS, openSimulator, validRequest, type Visitor } from "./plain-client.ts";

let simulator: Simulator;
let url: string;
let visitor: Visitor;
let jobId: string;
const REQUEST = validRequest("agent-schedule-detail", "JSON");
const LIST = "exporters/v1/status";

beforeAll(async () => {
  ({ simulator, url, visitor } = await openSimulator());
  jobId = await visitor.submitted("agent-schedule-detail", REQUEST);
  simulator.advance(60_000);
});
afterAll(async () => await simulator.close());

test.each([
  ["jobs", (jobs: unknown[]) => ({ jobs })],
  ["tasks", (tasks: unknown[]) => ({ count: tasks.length, tasks })],
  ["nested", (items: unknown[]) => ({ data: { items } })],
  ["alone", (jobs: unknown[]) => ({ jobs: jobs.length === 1 ? jobs[0] : jobs })],
])("the list of jobs may be wrapped: %s", async (form, wrap) => {
  const wrapped = await visitor.api(LIST, { faults: `status.wrapped=${form}` });
  expect(JSON.parse(wrapped.text)).toEqual(wrap(await visitor.list()));
});

test.each([
  ["entities.wrapped=nested", { total: 1, data: { items: [{ entityType: "bu", id: 301, name: "Americas", status: "ADD" }] } }],
  ["entities.wrapped=kinds", { buList: [{ entityType: "bu", id: 301, name: "Americas", status: "ADD" }] }],
  ["entity-names=long", [{ entityId: "301", entityName: "Americas", entityKind: "Business Unit", entityStatus: "ADD" }]],
  ["entity-names=prefixed", [{ buId: 301, buName: "Americas", status: "ADD" }]],
  ["entity-names=kindless", [{ id: 301, name: "Americas", status: "ADD" }]],
])("entities may look otherwise: %s", async (faults, expected) => {
  const answer = await visitor.api("entities/v1?entityType=bu", { faults: `${faults},forbidden=302` });
  expect(JSON.parse(answer.text)).toEqual(expected);
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
])("refused entities may be named in other ways: %s", async (form, expected) => {
  const answer = await visitor.submit(
    "agent-schedule-detail",
    { ...REQUEST, muIds: [103, 104] },
    `forbidden=103+104,forbidden-form=${form}`,
  );
  expect(JSON.parse(answer.text)).toEqual({ status: 400, ...expected });
});

test("members and dates of a status may look otherwise", async () => {
  const right = await visitor.status(jobId);
  const { compressed, uncompressed } = right.resultsSizeBytes ?? {};
  expect((await visitor.status(jobId, "size-names=zip")).resultsSizeBytes).toEqual({ zipSize: compressed, rawSize: uncompressed });
  expect((await visitor.status(jobId, "size-names=long")).resultsSizeBytes).toEqual({
    compressedSizeBytes: compressed,
    uncompressedSizeBytes: uncompressed,
  });
  expect((await visitor.status(jobId, "status-dates=epoch")).lastStatusChange).toBe(Date.parse(right.lastStatusChange));
  const local = (await visitor.status(jobId, "status-dates=local")).lastStatusChange;
  expect(Date.parse(right.lastStatusChange) - Date.parse(`${local}Z`)).toBe(6 * 3_600_000);
});

test("a web page or a redirect may come in the place of every Nth answer", async () => {
  expect((await visitor.api(LIST, { faults: "redirect=2" })).status).toBe(200);
  expect((await visitor.api(LIST, { faults: "redirect=2" })).status).toBe(302);
  const page = await visitor.api(LIST, { faults: "html-page=1" });
  expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  const before = simulator.jobs().length;
  await visitor.submit("agent-schedule-detail", REQUEST, "html-page=1");
  expect(simulator.jobs()).toHaveLength(before);
});

test("a session may be handed out in one place only", async () => {
  const login = async (form: string) =>
    await call(`${url}/~login-form=${form}/SMARTSync/services/rs/users/v1/login`, { method: "POST", body: CREDENTIALS });
  const [body, cookie] = [await login("body"), await login("cookie")];
  expect([body.headers["set-cookie"], JSON.parse(body.text)]).toEqual([undefined, { jsessionId: expect.stringMatching(/.+/) }]);
  expect([cookie.headers["set-cookie"]?.length, JSON.parse(cookie.text)]).toEqual([1, {}]);
});

test("jobs may vanish from the list only, or only the first of them", async () => {
  const other = await visitor.submitted("agent-schedule-detail", REQUEST);
  const idsUnder = async (faults: string) => (await visitor.list(faults)).map((job) => job.jobId);
  expect(await idsUnder("vanish=list")).toEqual([]);
  expect((await visitor.api(`${LIST}/${jobId}`, { faults: "vanish=list" })).status).toBe(200);
  expect((await visitor.result(jobId, { faults: "vanish=list" })).status).toBe(200);
  expect(await idsUnder("vanish-first")).not.toContain(jobId);
  expect(await idsUnder("vanish-first")).toContain(other);
  expect((await visitor.api(`${LIST}/${jobId}`, { faults: "vanish-first" })).status).toBe(404);
  expect((await visitor.api(`${LIST}/${other}`, { faults: "vanish-first" })).status).toBe(200);
  expect((await visitor.result(jobId, { faults: "vanish-first" })).status).toBe(404);
  expect((await visitor.api(`${LIST}/${jobId}`, { faults: "vanish-first=list" })).status).toBe(200);
  simulator.advance(60_000);
});

test("a job may wait long, and keeps no other waiting", async () => {
  const held = await visitor.submitted("agent-schedule-detail", REQUEST, "long-wait=600");
  const others = [1, 2, 3, 4].map(async () => await visitor.submitted("agent-schedule-detail", REQUEST));
  const ids = await Promise.all(others);
  simulator.advance(599_000);
  expect((await visitor.status(held)).status).toBe("WAITING");
  for (const id of ids) expect((await visitor.status(id)).status).toBe("COMPLETED_SUCCESFULLY");
  simulator.advance(60_000);
  expect((await visitor.status(held)).status).toBe("COMPLETED_SUCCESFULLY");
});

test("gzip may be spelled otherwise, or promised and not sent", async () => {
  for (const name of ["GZIP", "gzip", "x-gzip"]) {
    expect((await visitor.result(jobId, { faults: `gzip-name=${name}` })).headers["content-encoding"]).toBe(name);
  }
  const broken = await visitor.result(jobId, { faults: "gzip-unsent" });
  expect(broken.headers["content-encoding"]).toBe("GZIP");
  expect(JSON.parse(broken.raw.toString())).toHaveLength((await visitor.status(jobId)).totalRecords ?? -1);
  expect((await visitor.result(jobId, { faults: "wrong-media-type=octets" })).headers["content-type"]).toBe("application/octet-stream");
});
