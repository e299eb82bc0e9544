import { inspect } from "node:util";
import { expect, it } from "vitest";
import type { TransferError } from "../../src/core/ports/smartsync.ts";
import { createClient, expectFailure, expectValue, JOB_ID, PASSWORD, REQUEST, RESULT, startPair, startServer } from "./fixture.ts";
import { LOGIN, sendJson, sendUnauthorized, sessionId, STATUS, SUBMIT, type Handler } from "./scripted-server.ts";

const COOKIE = "balancer-canary-77";
const LIST = `GET ${STATUS}`;

/** Repeats everything that the server has received, as a careless or malicious server might. */
function echo(status: number): Handler {
  return ({ request, response }) => {
    const secrets = `${request.headers.cookie ?? ""} ${PASSWORD} ${encodeURIComponent(PASSWORD)} ${request.body}`;
    sendJson(
      response,
      status,
      { message: secrets, status, details: [secrets, { message: secrets }] },
      { location: `/x?${encodeURIComponent(PASSWORD)}` },
    );
  };
}

it("no failure contains the password, a session id or a cookie", async () => {
  const { server, client } = await startPair({ timeouts: { responseMs: 300 } });
  const failures: unknown[] = [];
  server.on(LOGIN, ({ response, nth }) =>
    sendJson(response, 200, { jsessionId: sessionId(nth + 1) }, { "set-cookie": `BALANCER=${COOKIE}; Path=/` }),
  );
  for (const status of [206, 302, 400, 401, 403, 404, 409, 418, 429, 500]) {
    for (const route of [LIST, `${LIST}/${JOB_ID}`, SUBMIT, RESULT, "GET /SMARTSYNC/services/rs/entities/v1"])
      server.on(route, echo(status));
    failures.push(
      expectFailure(await client.listJobs()),
      expectFailure(await client.findJob(JOB_ID)),
      expectFailure(await client.submit("agent-schedule-detail", REQUEST)),
      expectFailure(await client.openResult(JOB_ID)),
      expectFailure(await client.listEntities(["mu"])),
    );
  }
  server.on(SUBMIT, () => {});
  failures.push(expectFailure(await client.submit("agent-schedule-detail", REQUEST)));
  server.on(SUBMIT, ({ socket }) => socket.resetAndDestroy());
  failures.push(expectFailure(await client.submit("agent-schedule-detail", REQUEST)));
  server.on(RESULT, ({ response, socket }) => response.writeHead(200).write("x", () => socket.resetAndDestroy()));
  try {
    for await (const _ of expectValue(await client.openResult(JOB_ID)).body);
  } catch (error) {
    failures.push((error as TransferError).failure, inspect(error, { depth: 9, showHidden: true }));
  }
  for (const status of [400, 401, 403, 404, 500]) {
    server.on(LOGIN, echo(status));
    failures.push(expectFailure(await client.login()));
  }

  // This shows that the failures do contain texts of the server.
  expect(JSON.stringify(failures)).toContain("***");
  for (const canary of ["canary", PASSWORD, encodeURIComponent(PASSWORD)]) expect(JSON.stringify(failures)).not.toContain(canary);
});

it("no failure contains the user info of the URL", async () => {
  const server = await startServer();
  const client = createClient(server.url.replace("//", "//someone:canary@"));
  server.on(LOGIN, ({ response }) => sendUnauthorized(response));
  expect(JSON.stringify(expectFailure(await client.login()))).not.toContain("canary");
});
