import { afterAll, beforeAll, expect, test } from "vitest";
import { EXPORTERS } from "../../src/core/exporter-catalog.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { call, CREDENTIALS, logIn, openSimulator, validRequest, type Visitor } from "./plain-client.ts";

let simulator: Simulator;
let url: string;
let visitor: Visitor;
const LOGIN = "/SMARTSync/services/rs/users/v1/login";

beforeAll(async () => {
  ({ simulator, url, visitor } = await openSimulator({
    users: [
      { customerId: 1, userName: "demo", password: "demo" },
      { customerId: 1, userName: "other", password: "other" },
    ],
  }));
});
afterAll(async () => await simulator.close());

test("a login answers an opaque session, in the body and as a cookie", async () => {
  const answer = await call(url + LOGIN, { method: "POST", body: CREDENTIALS });
  const { jsessionId } = JSON.parse(answer.text) as { jsessionId: string };
  expect(answer.status).toBe(200);
  expect(jsessionId).toMatch(/^\S{20,}\.web01$/);
  expect(answer.headers["set-cookie"]?.[0]).toContain(`JSESSIONID=${jsessionId};`);
});

test.each([
  { what: "no JSON", body: "{", status: 400 },
  { what: "no locale", body: { ...CREDENTIALS, locale: undefined }, status: 400 },
  { what: "a customer id in quotes", body: { ...CREDENTIALS, customerId: "1" }, status: 400 },
  { what: "a wrong password", body: { ...CREDENTIALS, password: "x" }, status: 401 },
  { what: "another customer", body: { ...CREDENTIALS, customerId: 2 }, status: 401 },
])("a login with $what answers $status", async ({ body, status }) => {
  const answer = await call(url + LOGIN, { method: "POST", body });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ status });
});

test.each(["entities/v1?entityType=mu", "exporters/v1/status", "exporters/v1/status/abc", "exporters/v1/result/abc"])(
  "%s needs a session",
  async (path) => {
    for (const Cookie of ["", "JSESSIONID=forged.web01"]) {
      const answer = await visitor.api(path, { headers: { Cookie } });
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toEqual({ message: "Unauthorized", status: 401 });
    }
  },
);

test("an idle session ends, and one in use does not", async () => {
  const { simulator, visitor } = await openSimulator({ sessionIdleMs: 1_000 });
  for (let step = 0; step < 3; step += 1) {
    simulator.advance(900);
    expect((await visitor.api("exporters/v1/status")).status).toBe(200);
  }
  simulator.advance(1_001);
  expect((await visitor.api("exporters/v1/status")).status).toBe(401);
  await simulator.close();
});

test("entities of the kinds asked for are listed as added, under both spellings of the path", async () => {
  const answer = await visitor.api("entities/v1?entityType=mu,bu,zz,MU&timestamp=2026.01.01T00:00:00.000Z");
  const entities = JSON.parse(answer.text) as { entityType: string; id: number; name: string; status: string }[];
  expect(entities.map(({ entityType, id }) => `${entityType}${id}`)).toEqual([
    "mu101",
    "mu102",
    "mu103",
    "mu104",
    "mu105",
    "mu106",
    "bu301",
    "bu302",
  ]);
  expect(entities[0]).toEqual({ entityType: "mu", id: 101, name: "Sales East", status: "ADD" });

  const login = await call(url + LOGIN.replace("SMARTSync", "SMARTSYNC"), { method: "POST", body: CREDENTIALS });
  const Cookie = login.headers["set-cookie"]?.[0] ?? "";
  const upper = await call(`${url}/SMARTSYNC/services/rs/entities/v1?entityType=mu,bu`, { headers: { Cookie } });
  expect(upper.text).toBe(answer.text);
});

test("how many entities there are is an option", async () => {
  const { simulator, visitor } = await openSimulator({ entities: { mu: 150, eg: 0 } });
  const entities = JSON.parse((await visitor.api("entities/v1?entityType=mu,eg")).text) as { id: number }[];
  expect(new Set(entities.map(({ id }) => id)).size).toBe(150);
  await simulator.close();
});

test("jobs are seen by their own user only", async () => {
  const other = await logIn(url, { ...CREDENTIALS, userName: "other", password: "other" });
  const jobId = await visitor.submitted("mu-results", validRequest("mu-results", "JSON"));
  expect(jobId).toMatch(/^[0-9a-f]{32}$/);
  expect((await visitor.list()).map((job) => job.jobId)).toContain(jobId);
  expect(await other.list()).toEqual([]);
  for (const path of [`exporters/v1/status/${jobId}`, `exporters/v1/result/${jobId}`]) {
    const answer = await other.api(path);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({ message: "Job id is not found", status: 401 });
  }
});

test("everything wrong with a request is said at once, in the vendor's order and words", async () => {
  const answer = await visitor.submit("mu-opens", {
    muIds: [101, 903, 904],
    startDate: "22.11.2026",
    endDate: "2026-02-30",
    outputFormat: "pipe",
    dateFormat: "wrongDateFormat",
    timeFormat: "wrongTimeFormat",
  });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toEqual({
    message: "One or more request validations failed",
    status: 400,
    details: [
      "Invalid outputFormat value: 'pipe'",
      "Invalid dateFormat value: 'wrongDateFormat'",
      "Invalid timeFormat value: 'wrongTimeFormat'",
      "startDate must match the provided yyyy-MM-dd format",
      "endDate must match the provided yyyy-MM-dd format",
      "Insufficient permissions to view entities: 903, 904",
    ],
  });
});

test.each([
  { change: { startDate: "2026-11-23" }, detail: "startDate must not be after endDate" },
  { change: { timeFormat: undefined }, detail: "Missing required parameter: 'timeFormat'" },
  { change: { timeFormat: 24 }, detail: "Invalid timeFormat value: '24'" },
  { change: { outputFormat: undefined }, detail: "Missing required parameter: 'outputFormat'" },
  { change: { excludePipeHeader: true }, detail: "Parameter 'excludePipeHeader' is not supported for outputFormat 'JSON'" },
  { change: { keepEmptyJsonFields: "yes" }, detail: "Invalid keepEmptyJsonFields value: 'yes'" },
  { change: { colour: "red" }, detail: "Unrecognized parameter: 'colour'" },
  { change: { fields: [{ name: "date" }, { name: "nope" }] }, detail: "Invalid field names: nope" },
  { change: { muIds: undefined }, detail: "Missing required parameter: 'muIds'" },
  { change: { muIds: [] }, detail: "Invalid muIds value: []" },
  { change: { muIds: ["101"] }, detail: 'Invalid muIds value: ["101"]' },
])("a request with $change is refused: $detail", async ({ change, detail }) => {
  const answer = await visitor.submit("agent-info", { ...validRequest("agent-info", "JSON"), ...change });
  expect(answer.status).toBe(400);
  expect((JSON.parse(answer.text) as { details: string[] }).details).toEqual([detail]);
});

test("contact types and time-off groups have selections of their own", async () => {
  const ct = { ...validRequest("ct-results", "JSON"), buIds: undefined, ctIds: undefined };
  expect((await visitor.submit("ct-results", ct)).text).toContain("At least one of 'buIds', 'ctIds' is required");
  expect((await visitor.submit("ct-results", { ...ct, buIds: [301] })).status).toBe(200);
  const vacation = validRequest("agent-vacation-summary", "XML");
  const list = [{ timeOffGroup: 501, timeOffRules: ["Vacation"] }];
  expect((await visitor.submit("agent-vacation-summary", { ...vacation, timeOffGroupList: list })).text).toContain("Only one of");
  expect(
    (await visitor.submit("agent-vacation-summary", { ...vacation, allTimeOffGroups: undefined, timeOffGroupList: list })).status,
  ).toBe(200);
});

test("JSON is the format of exporters that may leave it out", async () => {
  for (const { slug, formatOptionalForJson } of EXPORTERS) {
    const answer = await visitor.submit(slug, { ...validRequest(slug, "JSON"), outputFormat: undefined });
    expect(answer.status).toBe(formatOptionalForJson ? 200 : 400);
  }
});

test.each([
  { what: "an unknown exporter", path: "exporters/v1/agent-horoscope", options: { method: "POST", body: {} }, status: 404 },
  {
    what: "another content type",
    path: "exporters/v1/agent-info",
    options: { method: "POST", body: {}, headers: { "Content-Type": "text/plain" } },
    status: 415,
  },
  { what: "a body that is no JSON", path: "exporters/v1/agent-info", options: { method: "POST", body: "{" }, status: 400 },
  { what: "a GET instead of a submit", path: "exporters/v1/agent-info", options: {}, status: 405 },
  { what: "a path that is none", path: "exporters/v2", options: {}, status: 404 },
])("$what answers $status", async ({ path, options, status }) => {
  const answer = await visitor.api(path, options);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ status });
});

test("what was asked is counted", async () => {
  const { simulator, url, visitor } = await openSimulator();
  await call(url + LOGIN, { method: "POST", body: { ...CREDENTIALS, password: "x" } });
  await visitor.api("entities/v1?entityType=mu");
  const jobId = await visitor.submitted("mu-results", validRequest("mu-results", "JSON"));
  await visitor.submit("mu-results", {});
  simulator.advance(60_000);
  await visitor.status(jobId);
  await visitor.list();
  const result = await visitor.result(jobId);
  expect(simulator.stats).toEqual({
    logins: 1,
    loginsRefused: 1,
    entities: 1,
    submits: 1,
    submitsRejected: 1,
    submitsUnanswered: 0,
    submitsByExporter: { "mu-results": 1 },
    statusOne: 1,
    statusAll: 1,
    results: 1,
    resultBytes: result.raw.length,
    pages: [],
    submissions: [{ exporter: "mu-results", startDate: "2026-11-20", endDate: "2026-11-22", jobId, at: 1_795_478_400_000 }],
  });
  await simulator.close();
});
