import { describe, expect, it } from "vitest";
import { createClient, expectFailure, expectValue, findClosedPort, JOB_ID, REQUEST, startPair, startServer } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, sessionId, SUBMIT, type Exchange } from "./scripted-server.ts";

const SLUG = "agent-schedule-detail";

describe("a submit", () => {
  it("sends the request unchanged and returns the job's id", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendJson(response, 200, { jobId: JOB_ID }));
    expect(expectValue(await client.submit(SLUG, REQUEST))).toBe(JOB_ID);
    const [request] = server.requestsTo(SUBMIT);
    expect(JSON.parse(request?.body ?? "")).toEqual(REQUEST);
    expect(request?.headers).toMatchObject({ "content-type": "application/json", cookie: `JSESSIONID=${sessionId(1)}` });
  });

  it("is repeated once after a 401", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response, nth }) => (nth === 0 ? sendUnauthorized(response) : sendJson(response, 200, { jobId: JOB_ID })));
    expect(expectValue(await client.submit(SLUG, REQUEST))).toBe(JOB_ID);
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
    expect(server.requestsTo(SUBMIT).map(({ body }) => body)).toEqual([JSON.stringify(REQUEST), JSON.stringify(REQUEST)]);
  });

  it("is not repeated a second time", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendUnauthorized(response));
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({ accepted: "no", failure: { reason: "session-refused", target: server.url } });
    expect(server.requestsTo(SUBMIT)).toHaveLength(2);
  });

  it.each<[number, string, string]>([
    [400, "request-rejected", "no"],
    [403, "request-rejected", "no"],
    [404, "request-rejected", "no"],
    [405, "request-rejected", "no"],
    [408, "unexpected-answer", "unknown"],
    [409, "unexpected-answer", "unknown"],
    [413, "request-rejected", "no"],
    [415, "request-rejected", "no"],
    [429, "rate-limited", "no"],
    [500, "server-error", "unknown"],
    [502, "server-error", "unknown"],
    [503, "server-error", "unknown"],
  ])("that is answered with %i fails with %s, accepted: %s", async (status, reason, accepted) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendJson(response, status, { message: "No", status }));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted, failure: { reason } });
    expect(server.requestsTo(SUBMIT)).toHaveLength(1);
  });

  it("that a gateway rejects fails with unexpected-answer, which is retryable", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendHtml(response, 404));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "unexpected-answer" } });
  });

  it.each<[string, (exchange: Exchange) => unknown]>([
    ["a body that is not JSON", ({ response }) => response.writeHead(200, { "content-type": "application/json" }).end('{"jobId":')],
    ["no body", ({ response }) => response.writeHead(200).end()],
    ["an invalid id", ({ response }) => sendJson(response, 200, { jobId: "../../login" })],
    ["a web page", ({ response }) => sendHtml(response)],
  ])("that is answered with 200 and %s may have been accepted, and is not repeated", async (_, answer) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, (exchange) => void answer(exchange));
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toMatchObject({ accepted: "unknown", failure: { reason: "unexpected-answer" } });
    expect(server.requestsTo(SUBMIT)).toHaveLength(1);
  });

  it("that is answered with a login page leads to a new login for the next request", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response, nth }) => (nth === 0 ? sendHtml(response) : sendJson(response, 200, { jobId: JOB_ID })));
    expectFailure(await client.submit(SLUG, REQUEST));
    expectValue(await client.submit(SLUG, REQUEST));
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
  });

  it.each<[string, (exchange: Exchange) => unknown]>([
    ["reset", ({ socket }) => socket.resetAndDestroy()],
    ["closed", ({ socket }) => socket.end()],
    [
      "closed in the middle of the response",
      ({ response, socket }) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
        response.write('{"jobId"', () => socket.end());
      },
    ],
  ])("whose connection is %s after it was sent may have been accepted", async (_, end) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, (exchange) => void end(exchange));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "unknown", failure: { reason: "unreachable" } });
    expect(server.requestsTo(SUBMIT)).toHaveLength(1);
  });

  it("that is not answered in time may have been accepted", async () => {
    const { server, client } = await startPair({ timeouts: { responseMs: 300 } });
    server.on(SUBMIT, () => {});
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({
      accepted: "unknown",
      failure: { reason: "timed-out", target: server.url, detail: "waiting for the response took too long" },
    });
    expect(server.requestsTo(SUBMIT)).toHaveLength(1);
  });

  it("whose response never ends may have been accepted", async () => {
    const { server, client } = await startPair({ timeouts: { requestMs: 500 } });
    server.on(SUBMIT, ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    });
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "unknown", failure: { reason: "timed-out" } });
  });

  it("that is interrupted after it was sent may have been accepted", async () => {
    const { server, client } = await startPair();
    const stop = new AbortController();
    server.on(SUBMIT, () => stop.abort());
    const failure = expectFailure(await client.submit(SLUG, REQUEST, stop.signal));
    expect(failure).toEqual({ accepted: "unknown", failure: { reason: "timed-out", target: server.url, detail: "interrupted" } });
  });

  it("that is interrupted before it was sent was not accepted", async () => {
    const { server, client } = await startPair();
    await client.login();
    expect(expectFailure(await client.submit(SLUG, REQUEST, AbortSignal.abort())).accepted).toBe("no");
    expect(server.requestsTo(SUBMIT)).toHaveLength(0);
  });

  it("to a server that does not listen was not accepted, with or without a session", async () => {
    const loggedOut = createClient(`http://127.0.0.1:${await findClosedPort()}`);
    expect(expectFailure(await loggedOut.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "unreachable" } });

    const server = await startServer();
    const client = createClient(server.url);
    expectValue(await client.login());
    await server.close();
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({ accepted: "no", failure: { reason: "unreachable", target: server.url, detail: "connection refused" } });
  });

  it("whose login fails was not accepted", async () => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response }) => sendJson(response, 401, { message: "Unauthorized", status: 401 }));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "login-rejected" } });
    server.on(LOGIN, ({ socket }) => socket.resetAndDestroy());
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "unreachable" } });
  });

  it("that was rejected with 401 was not accepted if the next login fails", async () => {
    const { server, client } = await startPair();
    await client.login();
    server.on(SUBMIT, ({ response }) => sendUnauthorized(response));
    server.on(LOGIN, ({ response }) => sendJson(response, 503, {}));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "server-error" } });
  });

  it("never reuses a connection, because the server may be closing it", async () => {
    const { server, client } = await startPair();
    const sockets = new Set<unknown>();
    server.on(LOGIN, ({ response, socket }) => {
      sockets.add(socket);
      sendJson(response, 200, { jsessionId: "one" });
    });
    server.on(SUBMIT, ({ response, socket }) => {
      sockets.add(socket);
      sendJson(response, 200, { jobId: JOB_ID });
    });
    expectValue(await client.login());
    expectValue(await client.submit(SLUG, REQUEST));
    expect(sockets.size).toBe(2);
  });

  it("that fails validation returns all details", async () => {
    const { server, client } = await startPair();
    const details = ["Invalid outputFormat value: 'pipe'", "endDate must match the provided yyyy-MM-dd format"];
    server.on(SUBMIT, ({ response }) =>
      sendJson(response, 400, { message: "One or more request validations failed", status: 400, details }),
    );
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual({ reason: "request-rejected", details });
  });

  it("with entities that the login may not view returns their ids", async () => {
    const { server, client } = await startPair();
    const details = ["Invalid timeFormat value: '7'", "Insufficient permissions to view entities: [102, 101]"];
    server.on(SUBMIT, ({ response }) =>
      sendJson(response, 400, { message: "One or more request validations failed", status: 400, details }),
    );
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({ accepted: "no", failure: { reason: "entities-forbidden", details, ids: [101, 102] } });
  });

  it.each<[string, string, number | null]>([
    ["seconds", "120", 120_000],
    ["a date, by the server's clock", "Sun, 22 Nov 2026 10:00:30 GMT", 30_000],
    ["a date in the past", "Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["nonsense", "soon", null],
    ["a fraction", "1.5", null],
  ])("returns the delay that the server requests: %s", async (_, header, retryAfterMs) => {
    const { server, client } = await startPair();
    const headers = { "retry-after": header, date: "Sun, 22 Nov 2026 10:00:00 GMT" };
    server.on(SUBMIT, ({ response, nth }) => sendJson(response, nth === 0 ? 429 : 503, {}, headers));
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual({ reason: "rate-limited", target: server.url, retryAfterMs });
    const failure = { reason: "server-error", target: server.url, status: 503, retryAfterMs };
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual(failure);
  });
});
