import { afterAll, beforeAll, expect, test } from "vitest";
import { EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { sendRequest, CREDENTIALS, logIn, openSimulator, validRequest, type LoggedInClient } from "./plain-client.ts";

let simulator: Simulator;
let url: string;
let client: LoggedInClient;
const LOGIN = "/SMARTSync/services/rs/users/v1/login";

beforeAll(async () => {
  ({ simulator, url, client } = await openSimulator({
    users: [
      { customerId: 1, userName: "demo", password: "demo" },
      { customerId: 1, userName: "other", password: "other" },
    ],
  }));
});
afterAll(async () => await simulator.close());

test("a login returns an opaque session id in the body and in a cookie", async () => {
  const response = await sendRequest(url + LOGIN, { method: "POST", body: CREDENTIALS });
  const { jsessionId } = JSON.parse(response.text) as { jsessionId: string };
  expect(response.status).toBe(200);
  expect(jsessionId).toMatch(/^\S{20,}\.web01$/);
  expect(response.headers["set-cookie"]?.[0]).toContain(`JSESSIONID=${jsessionId};`);
});

test.each([
  { what: "invalid JSON", body: "{", status: 400 },
  { what: "no locale", body: { ...CREDENTIALS, locale: undefined }, status: 400 },
  { what: "a customer id in quotes", body: { ...CREDENTIALS, customerId: "1" }, status: 400 },
  { what: "a wrong password", body: { ...CREDENTIALS, password: "x" }, status: 401 },
  { what: "another customer", body: { ...CREDENTIALS, customerId: 2 }, status: 401 },
])("a login with $what is answered with $status", async ({ body, status }) => {
  const response = await sendRequest(url + LOGIN, { method: "POST", body });
  expect(response.status).toBe(status);
  expect(JSON.parse(response.text)).toMatchObject({ status });
});

test.each(["entities/v1?entityType=mu", "exporters/v1/status", "exporters/v1/status/abc", "exporters/v1/result/abc"])(
  "%s requires a session",
  async (path) => {
    for (const Cookie of ["", "JSESSIONID=forged.web01"]) {
      const response = await client.api(path, { headers: { Cookie } });
      expect(response.status).toBe(401);
      expect(JSON.parse(response.text)).toEqual({ message: "Unauthorized", status: 401 });
    }
  },
);

test("a session ends when it is idle, but not while it is in use", async () => {
  const { simulator, client } = await openSimulator({ sessionIdleMs: 1_000 });
  for (let step = 0; step < 3; step += 1) {
    simulator.advance(900);
    expect((await client.api("exporters/v1/status")).status).toBe(200);
  }
  simulator.advance(1_001);
  expect((await client.api("exporters/v1/status")).status).toBe(401);
  await simulator.close();
});

test("entities of the requested kinds have the status ADD, and both spellings of the path work", async () => {
  const response = await client.api("entities/v1?entityType=mu,bu,zz,MU&timestamp=2026.01.01T00:00:00.000Z");
  const entities = JSON.parse(response.text) as { entityType: string; id: number; name: string; status: string }[];
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

  const login = await sendRequest(url + LOGIN.replace("SMARTSync", "SMARTSYNC"), { method: "POST", body: CREDENTIALS });
  const Cookie = login.headers["set-cookie"]?.[0] ?? "";
  const upper = await sendRequest(`${url}/SMARTSYNC/services/rs/entities/v1?entityType=mu,bu`, { headers: { Cookie } });
  expect(upper.text).toBe(response.text);
});

test("the number of entities is configurable", async () => {
  const { simulator, client } = await openSimulator({ entities: { mu: 150, eg: 0 } });
  const entities = JSON.parse((await client.api("entities/v1?entityType=mu,eg")).text) as { id: number }[];
  expect(new Set(entities.map(({ id }) => id)).size).toBe(150);
  await simulator.close();
});

test("a user sees only their own jobs", async () => {
  const other = await logIn(url, { ...CREDENTIALS, userName: "other", password: "other" });
  const jobId = await client.submitJob("mu-results", validRequest("mu-results", "JSON"));
  expect(jobId).toMatch(/^[0-9a-f]{32}$/);
  expect((await client.list()).map((job) => job.jobId)).toContain(jobId);
  expect(await other.list()).toEqual([]);
  for (const path of [`exporters/v1/status/${jobId}`, `exporters/v1/result/${jobId}`]) {
    const response = await other.api(path);
    expect(response.status).toBe(404);
    expect(JSON.parse(response.text)).toEqual({ message: "Job id is not found", status: 401 });
  }
});

test("all problems of a request are reported at once, in the vendor's order and words", async () => {
  const response = await client.submit("mu-opens", {
    muIds: [101, 903, 904],
    startDate: "22.11.2026",
    endDate: "2026-02-30",
    outputFormat: "pipe",
    dateFormat: "wrongDateFormat",
    timeFormat: "wrongTimeFormat",
  });
  expect(response.status).toBe(400);
  expect(JSON.parse(response.text)).toEqual({
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
])("a request with $change is rejected: $detail", async ({ change, detail }) => {
  const response = await client.submit("agent-info", { ...validRequest("agent-info", "JSON"), ...change });
  expect(response.status).toBe(400);
  expect((JSON.parse(response.text) as { details: string[] }).details).toEqual([detail]);
});

test("exporters of contact types and of time-off groups have their own selectors", async () => {
  const ct = { ...validRequest("ct-results", "JSON"), buIds: undefined, ctIds: undefined };
  expect((await client.submit("ct-results", ct)).text).toContain("At least one of 'buIds', 'ctIds' is required");
  expect((await client.submit("ct-results", { ...ct, buIds: [301] })).status).toBe(200);
  const vacation = validRequest("agent-vacation-summary", "XML");
  const list = [{ timeOffGroup: 501, timeOffRules: ["Vacation"] }];
  expect((await client.submit("agent-vacation-summary", { ...vacation, timeOffGroupList: list })).text).toContain("Only one of");
  expect((await client.submit("agent-vacation-summary", { ...vacation, allTimeOffGroups: undefined, timeOffGroupList: list })).status).toBe(
    200,
  );
});

test("JSON is the default format of exporters that do not require outputFormat", async () => {
  for (const { slug, formatOptionalForJson } of EXPORTERS) {
    const response = await client.submit(slug, { ...validRequest(slug, "JSON"), outputFormat: undefined });
    expect(response.status).toBe(formatOptionalForJson ? 200 : 400);
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
  { what: "a body that is not JSON", path: "exporters/v1/agent-info", options: { method: "POST", body: "{" }, status: 400 },
  { what: "a GET instead of a submit", path: "exporters/v1/agent-info", options: {}, status: 405 },
  { what: "an unknown path", path: "exporters/v2", options: {}, status: 404 },
])("$what is answered with $status", async ({ path, options, status }) => {
  const response = await client.api(path, options);
  expect(response.status).toBe(status);
  expect(JSON.parse(response.text)).toMatchObject({ status });
});

test("requests are counted", async () => {
  const { simulator, url, client } = await openSimulator();
  await sendRequest(url + LOGIN, { method: "POST", body: { ...CREDENTIALS, password: "x" } });
  await client.api("entities/v1?entityType=mu");
  const jobId = await client.submitJob("mu-results", validRequest("mu-results", "JSON"));
  await client.submit("mu-results", {});
  simulator.advance(60_000);
  await client.status(jobId);
  await client.list();
  const result = await client.result(jobId);
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
