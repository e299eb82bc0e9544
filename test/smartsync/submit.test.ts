import { describe, expect, it } from "vitest";
import { createClient, expectFailure, expectValue, findClosedPort, JOB_ID, REQUEST, startPair, startServer } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, sessionId, SUBMIT, type Turn } from "./scripted-server.ts";

const SLUG = "agent-schedule-detail";

describe("a submit", () => {
  it("gives the job's id for the request as it is", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendJson(response, 200, { jobId: JOB_ID }));
    expect(expectValue(await client.submit(SLUG, REQUEST))).toBe(JOB_ID);
    const [request] = server.asked(SUBMIT);
    expect(JSON.parse(request?.body ?? "")).toEqual(REQUEST);
    expect(request?.headers).toMatchObject({ "content-type": "application/json", cookie: `JSESSIONID=${sessionId(1)}` });
  });

  it("is replayed once after a 401", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response, nth }) => (nth === 0 ? sendUnauthorized(response) : sendJson(response, 200, { jobId: JOB_ID })));
    expect(expectValue(await client.submit(SLUG, REQUEST))).toBe(JOB_ID);
    expect(server.asked(LOGIN)).toHaveLength(2);
    expect(server.asked(SUBMIT).map(({ body }) => body)).toEqual([JSON.stringify(REQUEST), JSON.stringify(REQUEST)]);
  });

  it("is not replayed a second time", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendUnauthorized(response));
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({ accepted: "no", failure: { reason: "session-refused", target: server.url } });
    expect(server.asked(SUBMIT)).toHaveLength(2);
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
  ])("answered with %i is %s, accepted: %s", async (status, reason, accepted) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendJson(response, status, { message: "No", status }));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted, failure: { reason } });
    expect(server.asked(SUBMIT)).toHaveLength(1);
  });

  it("refused by something that is not the vendor's server may be tried again", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response }) => sendHtml(response, 404));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "unexpected-answer" } });
  });

  it.each<[string, (turn: Turn) => unknown]>([
    ["a body that is not JSON", ({ response }) => response.writeHead(200, { "content-type": "application/json" }).end('{"jobId":')],
    ["no body", ({ response }) => response.writeHead(200).end()],
    ["an id that is none", ({ response }) => sendJson(response, 200, { jobId: "../../login" })],
    ["a web page", ({ response }) => sendHtml(response)],
  ])("answered with 200 and %s may have been accepted, and is not replayed", async (_, answer) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, (turn) => void answer(turn));
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toMatchObject({ accepted: "unknown", failure: { reason: "unexpected-answer" } });
    expect(server.asked(SUBMIT)).toHaveLength(1);
  });

  it("that met a login page where JSON is due leads to a new login for the next call", async () => {
    const { server, client } = await startPair();
    server.on(SUBMIT, ({ response, nth }) => (nth === 0 ? sendHtml(response) : sendJson(response, 200, { jobId: JOB_ID })));
    expectFailure(await client.submit(SLUG, REQUEST));
    expectValue(await client.submit(SLUG, REQUEST));
    expect(server.asked(LOGIN)).toHaveLength(2);
  });

  it.each<[string, (turn: Turn) => unknown]>([
    ["reset", ({ socket }) => socket.resetAndDestroy()],
    ["closed", ({ socket }) => socket.end()],
    [
      "closed in the middle of the answer",
      ({ response, socket }) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
        response.write('{"jobId"', () => socket.end());
      },
    ],
  ])("whose connection is %s after it was sent may have been accepted", async (_, end) => {
    const { server, client } = await startPair();
    server.on(SUBMIT, (turn) => void end(turn));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "unknown", failure: { reason: "unreachable" } });
    expect(server.asked(SUBMIT)).toHaveLength(1);
  });

  it("that is not answered in time may have been accepted", async () => {
    const { server, client } = await startPair({ timeouts: { responseMs: 300 } });
    server.on(SUBMIT, () => {});
    const failure = expectFailure(await client.submit(SLUG, REQUEST));
    expect(failure).toEqual({
      accepted: "unknown",
      failure: { reason: "timed-out", target: server.url, detail: "waiting for the answer took too long" },
    });
    expect(server.asked(SUBMIT)).toHaveLength(1);
  });

  it("whose answer drips without an end may have been accepted", async () => {
    const { server, client } = await startPair({ timeouts: { callMs: 500 } });
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
    expect(server.asked(SUBMIT)).toHaveLength(0);
  });

  it("that finds nobody was not accepted, logged in or not", async () => {
    const stranger = createClient(`http://127.0.0.1:${await findClosedPort()}`);
    expect(expectFailure(await stranger.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "unreachable" } });

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

  it("that was refused with 401 and cannot log in again was not accepted", async () => {
    const { server, client } = await startPair();
    await client.login();
    server.on(SUBMIT, ({ response }) => sendUnauthorized(response));
    server.on(LOGIN, ({ response }) => sendJson(response, 503, {}));
    expect(expectFailure(await client.submit(SLUG, REQUEST))).toMatchObject({ accepted: "no", failure: { reason: "server-error" } });
  });

  it("never takes a kept connection that the server may be closing", async () => {
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

  it("that fails its checks tells all the details", async () => {
    const { server, client } = await startPair();
    const details = ["Invalid outputFormat value: 'pipe'", "endDate must match the provided yyyy-MM-dd format"];
    server.on(SUBMIT, ({ response }) =>
      sendJson(response, 400, { message: "One or more request validations failed", status: 400, details }),
    );
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual({ reason: "request-rejected", details });
  });

  it("for entities that the login may not view names them", async () => {
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
    ["a date that is over", "Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["nonsense", "soon", null],
    ["a fraction", "1.5", null],
  ])("is told how long to wait: %s", async (_, header, retryAfterMs) => {
    const { server, client } = await startPair();
    const headers = { "retry-after": header, date: "Sun, 22 Nov 2026 10:00:00 GMT" };
    server.on(SUBMIT, ({ response, nth }) => sendJson(response, nth === 0 ? 429 : 503, {}, headers));
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual({ reason: "rate-limited", target: server.url, retryAfterMs });
    const failure = { reason: "server-error", target: server.url, status: 503, retryAfterMs };
    expect(expectFailure(await client.submit(SLUG, REQUEST)).failure).toEqual(failure);
  });
});
