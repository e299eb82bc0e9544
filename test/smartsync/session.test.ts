import { describe, expect, it } from "vitest";
import { createClient, expectFailure, expectValue, findClosedPort, PASSWORD, startPair } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, sessionId, STATUS, type Exchange } from "./scripted-server.ts";

const LIST = `GET ${STATUS}`;

function needsSession(nth: number, reject: (exchange: Exchange) => void) {
  return (exchange: Exchange): void => {
    if (exchange.request.headers.cookie?.includes(`JSESSIONID=${sessionId(nth)}`)) sendJson(exchange.response, 200, []);
    else reject(exchange);
  };
}

describe("the session", () => {
  it("is shared by ten concurrent callers, and sent with every request", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    const listings = await Promise.all(Array.from({ length: 10 }, () => client.listJobs()));
    expect(listings.every((listing) => listing.ok)).toBe(true);
    expect(server.requestsTo(LOGIN)).toHaveLength(1);
    expect(JSON.parse(server.requestsTo(LOGIN)[0]?.body ?? "")).toEqual({
      customerId: 1,
      userName: "testuser",
      password: PASSWORD,
      locale: "en_US",
    });
    expect(server.requestsTo(LIST).map((request) => request.headers.cookie)).toEqual(Array(10).fill(`JSESSIONID=${sessionId(1)}`));
  });

  it("is renewed once when ten concurrent requests are rejected", async () => {
    const { server, client } = await startPair();
    await client.login();
    server.on(
      LIST,
      needsSession(2, ({ response }) => sendUnauthorized(response)),
    );
    const listings = await Promise.all(Array.from({ length: 10 }, () => client.listJobs()));
    expect(listings.every((listing) => listing.ok)).toBe(true);
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
  });

  it("is used without another login by a request that was rejected with an older session", async () => {
    const { server, client } = await startPair();
    let rejectLate = (): void => {};
    const isHeld = new Promise<void>((held) => {
      server.on(LIST, ({ request, response, nth }) => {
        if (nth > 0) {
          if (request.headers.cookie?.includes(sessionId(2))) sendJson(response, 200, []);
          else sendUnauthorized(response);
          return;
        }
        rejectLate = () => sendUnauthorized(response);
        held();
      });
    });
    const late = client.listJobs();
    await isHeld;
    expectValue(await client.listJobs());
    rejectLate();
    expectValue(await late);
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
  });

  it.each([
    ["a 401", ({ response }: Exchange) => sendUnauthorized(response)],
    ["a redirect to a login page", ({ response }: Exchange) => response.writeHead(302, { location: "/SMARTSync/login.jsp" }).end()],
    ["another redirect", ({ response }: Exchange) => response.writeHead(302, { location: "/elsewhere" }).end()],
    ["a web page instead of JSON", ({ response }: Exchange) => sendHtml(response)],
  ])("is renewed after %s, and the request is repeated once", async (_, reject) => {
    const { server, client } = await startPair();
    server.on(LIST, needsSession(2, reject));
    expectValue(await client.listJobs());
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
    expect(server.requestsTo(LIST)).toHaveLength(2);
    expect(server.requestsTo("GET /SMARTSync/login.jsp")).toHaveLength(0);
  });

  it.each([
    ["a 401", ({ response }: Exchange) => sendUnauthorized(response)],
    ["a redirect", ({ response }: Exchange) => response.writeHead(302, { location: "/login" }).end()],
    ["a web page", ({ response }: Exchange) => sendHtml(response)],
  ])("is not renewed a second time when the new session is also rejected, with %s", async (_, reject) => {
    const { server, client } = await startPair();
    server.on(LIST, reject);
    expect(expectFailure(await client.listJobs())).toEqual({ reason: "session-refused", target: server.url });
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
    expect(server.requestsTo(LIST)).toHaveLength(2);
  });

  it("is not sent with the next login, nor are its other cookies", async () => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response, nth }) =>
      sendJson(
        response,
        200,
        { jsessionId: sessionId(nth + 1) },
        { "set-cookie": [`JSESSIONID=${sessionId(nth + 1)}; Path=/`, "ROUTE=web01; Path=/"] },
      ),
    );
    server.on(
      LIST,
      needsSession(2, ({ response }) => sendUnauthorized(response)),
    );
    expectValue(await client.listJobs());
    expect(server.requestsTo(LIST)[0]?.headers.cookie).toContain("ROUTE=web01");
    expect(server.requestsTo(LOGIN).map((request) => request.headers.cookie)).toEqual([undefined, undefined]);
  });

  it("is read from the cookie when the body contains none, regardless of the cookie's path and flags", async () => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response }) =>
      sendJson(response, 200, {}, { "set-cookie": "JSESSIONID=from.cookie; Path=/SMARTSync/services/rs/users; Secure; HttpOnly" }),
    );
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    expectValue(await client.listJobs());
    expect(server.requestsTo(LIST)[0]?.headers.cookie).toBe("JSESSIONID=from.cookie");
  });

  it("is not overwritten by the anonymous session of a later response", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, [], { "set-cookie": "JSESSIONID=anonymous; Path=/" }));
    await client.listJobs();
    await client.listJobs();
    expect(server.requestsTo(LIST)[1]?.headers.cookie).toBe(`JSESSIONID=${sessionId(1)}`);
  });

  it("is not used after close", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    await client.listJobs();
    client.close();
    expectValue(await client.listJobs());
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
  });

  it("reaches the other callers of a shared login when one of them aborts", async () => {
    const { server, client } = await startPair();
    const abort = new AbortController();
    let answerLogin = (): void => {};
    const hasArrived = new Promise<void>((arrived) => {
      server.on(LOGIN, ({ response }) => {
        answerLogin = () => sendJson(response, 200, { jsessionId: "late" });
        arrived();
      });
    });
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    const aborted = client.listJobs(abort.signal);
    const waiting = client.listJobs();
    await hasArrived;
    abort.abort();
    expect(expectFailure(await aborted)).toEqual({ reason: "timed-out", target: server.url, detail: "interrupted" });
    answerLogin();
    expectValue(await waiting);
    expect(server.requestsTo(LOGIN)).toHaveLength(1);
  });
});

describe("a login", () => {
  it.each([400, 401, 403])("that is answered with %i fails with login-rejected and the server's message", async (status) => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response }) => sendJson(response, status, { message: `No entry for testuser / ${PASSWORD}`, status }));
    expect(expectFailure(await client.login())).toEqual({
      reason: "login-rejected",
      target: server.url,
      detail: "No entry for testuser / ***",
    });
    expect(server.requestsTo(LOGIN)).toHaveLength(1);
  });

  it.each([
    ["a redirect", ({ response }: Exchange) => response.writeHead(302, { location: "/" }).end()],
    ["a web page", ({ response }: Exchange) => sendHtml(response)],
    ["no session", ({ response }: Exchange) => sendJson(response, 200, { jsessionId: "" })],
    ["an id that cannot be sent back", ({ response }: Exchange) => sendJson(response, 200, { jsessionId: "a\r\nb: c" })],
  ])("that is answered with %s fails with unexpected-answer", async (_, answer) => {
    const { server, client } = await startPair();
    server.on(LOGIN, answer);
    expect(expectFailure(await client.login())).toMatchObject({ reason: "unexpected-answer", target: server.url });
  });

  it("is sent on demand even if there is a session", async () => {
    const { server, client } = await startPair();
    expectValue(await client.login());
    expectValue(await client.login());
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
  });

  it("uses the base path of the URL, and failures contain only the origin", async () => {
    const { server } = await startPair();
    const client = createClient(`${server.url.replace("//", "//someone:hidden@")}/wfm/?token=hidden`);
    const failure = expectFailure(await client.login());
    expect(failure).toEqual({ reason: "unexpected-answer", target: server.url, detail: "HTTP 404" });
    expect(server.requests[0]).toMatchObject({ path: "/wfm/SMARTSync/services/rs/users/v1/login", query: "" });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("to a server that does not exist fails with unreachable and a readable cause", async () => {
    const target = `http://127.0.0.1:${await findClosedPort()}`;
    expect(expectFailure(await createClient(target).login())).toEqual({ reason: "unreachable", target, detail: "connection refused" });
    const nowhere = "http://no-such-host.invalid";
    expect(expectFailure(await createClient(nowhere).login())).toMatchObject({ reason: "unreachable", target: nowhere });
  });
});
