import { describe, expect, it } from "vitest";
import { createClient, expectFailure, expectValue, findClosedPort, PASSWORD, startPair } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, sessionId, STATUS, type Turn } from "./scripted-server.ts";

const LIST = `GET ${STATUS}`;

function needsSession(nth: number, refuse: (turn: Turn) => void) {
  return (turn: Turn): void => {
    if (turn.request.headers.cookie?.includes(`JSESSIONID=${sessionId(nth)}`)) sendJson(turn.response, 200, []);
    else refuse(turn);
  };
}

describe("the session", () => {
  it("logs in once for ten callers at once, and sends the session with every call", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.listJobs()));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.asked(LOGIN)).toHaveLength(1);
    expect(JSON.parse(server.asked(LOGIN)[0]?.body ?? "")).toEqual({
      customerId: 1,
      userName: "testuser",
      password: PASSWORD,
      locale: "en_US",
    });
    expect(server.asked(LIST).map((request) => request.headers.cookie)).toEqual(Array(10).fill(`JSESSIONID=${sessionId(1)}`));
  });

  it("is renewed once when ten callers are refused at once", async () => {
    const { server, client } = await startPair();
    await client.login();
    server.on(
      LIST,
      needsSession(2, ({ response }) => sendUnauthorized(response)),
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.listJobs()));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.asked(LOGIN)).toHaveLength(2);
  });

  it("is replaced without another login by whoever was refused with an older one", async () => {
    const { server, client } = await startPair();
    let refuseLate = (): void => {};
    const isHeld = new Promise<void>((held) => {
      server.on(LIST, ({ request, response, nth }) => {
        if (nth > 0) {
          if (request.headers.cookie?.includes(sessionId(2))) sendJson(response, 200, []);
          else sendUnauthorized(response);
          return;
        }
        refuseLate = () => sendUnauthorized(response);
        held();
      });
    });
    const late = client.listJobs();
    await isHeld;
    expectValue(await client.listJobs());
    refuseLate();
    expectValue(await late);
    expect(server.asked(LOGIN)).toHaveLength(2);
  });

  it.each([
    ["401", ({ response }: Turn) => sendUnauthorized(response)],
    ["a redirect to a login page", ({ response }: Turn) => response.writeHead(302, { location: "/SMARTSync/login.jsp" }).end()],
    ["another redirect", ({ response }: Turn) => response.writeHead(302, { location: "/elsewhere" }).end()],
    ["a web page where JSON is due", ({ response }: Turn) => sendHtml(response)],
  ])("is renewed after %s, with one replay", async (_, refuse) => {
    const { server, client } = await startPair();
    server.on(LIST, needsSession(2, refuse));
    expectValue(await client.listJobs());
    expect(server.asked(LOGIN)).toHaveLength(2);
    expect(server.asked(LIST)).toHaveLength(2);
    expect(server.asked("GET /SMARTSync/login.jsp")).toHaveLength(0);
  });

  it.each([
    ["401", ({ response }: Turn) => sendUnauthorized(response)],
    ["a redirect", ({ response }: Turn) => response.writeHead(302, { location: "/login" }).end()],
    ["a web page", ({ response }: Turn) => sendHtml(response)],
  ])("is given up when the new one is refused too, with %s", async (_, refuse) => {
    const { server, client } = await startPair();
    server.on(LIST, refuse);
    expect(expectFailure(await client.listJobs())).toEqual({ reason: "session-refused", target: server.url });
    expect(server.asked(LOGIN)).toHaveLength(2);
    expect(server.asked(LIST)).toHaveLength(2);
  });

  it("never shows an old cookie to the login", async () => {
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
    expect(server.asked(LIST)[0]?.headers.cookie).toContain("ROUTE=web01");
    expect(server.asked(LOGIN).map((request) => request.headers.cookie)).toEqual([undefined, undefined]);
  });

  it("is taken from the cookie when the body has none, whatever path and flags the cookie has", async () => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response }) =>
      sendJson(response, 200, {}, { "set-cookie": "JSESSIONID=from.cookie; Path=/SMARTSync/services/rs/users; Secure; HttpOnly" }),
    );
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    expectValue(await client.listJobs());
    expect(server.asked(LIST)[0]?.headers.cookie).toBe("JSESSIONID=from.cookie");
  });

  it("is not overwritten by the anonymous session of a later answer", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, [], { "set-cookie": "JSESSIONID=anonymous; Path=/" }));
    await client.listJobs();
    await client.listJobs();
    expect(server.asked(LIST)[1]?.headers.cookie).toBe(`JSESSIONID=${sessionId(1)}`);
  });

  it("is forgotten on close", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    await client.listJobs();
    client.close();
    expectValue(await client.listJobs());
    expect(server.asked(LOGIN)).toHaveLength(2);
  });

  it("waits for a shared login only as long as the caller's signal allows, and the others get it", async () => {
    const { server, client } = await startPair();
    const giveUp = new AbortController();
    let answerLogin = (): void => {};
    const isAsked = new Promise<void>((asked) => {
      server.on(LOGIN, ({ response }) => {
        answerLogin = () => sendJson(response, 200, { jsessionId: "late" });
        asked();
      });
    });
    server.on(LIST, ({ response }) => sendJson(response, 200, []));
    const impatient = client.listJobs(giveUp.signal);
    const patient = client.listJobs();
    await isAsked;
    giveUp.abort();
    expect(expectFailure(await impatient)).toEqual({ reason: "timed-out", target: server.url, detail: "interrupted" });
    answerLogin();
    expectValue(await patient);
    expect(server.asked(LOGIN)).toHaveLength(1);
  });
});

describe("a login", () => {
  it.each([400, 401, 403])("that is answered with %i is rejected in the vendor's words", async (status) => {
    const { server, client } = await startPair();
    server.on(LOGIN, ({ response }) => sendJson(response, status, { message: `No entry for testuser / ${PASSWORD}`, status }));
    expect(expectFailure(await client.login())).toEqual({
      reason: "login-rejected",
      target: server.url,
      detail: "No entry for testuser / ***",
    });
    expect(server.asked(LOGIN)).toHaveLength(1);
  });

  it.each([
    ["a redirect", ({ response }: Turn) => response.writeHead(302, { location: "/" }).end()],
    ["a web page", ({ response }: Turn) => sendHtml(response)],
    ["no session", ({ response }: Turn) => sendJson(response, 200, { jsessionId: "" })],
    ["an id that cannot be sent back", ({ response }: Turn) => sendJson(response, 200, { jsessionId: "a\r\nb: c" })],
  ])("that is answered with %s is unexpected", async (_, answer) => {
    const { server, client } = await startPair();
    server.on(LOGIN, answer);
    expect(expectFailure(await client.login())).toMatchObject({ reason: "unexpected-answer", target: server.url });
  });

  it("is made afresh on demand", async () => {
    const { server, client } = await startPair();
    expectValue(await client.login());
    expectValue(await client.login());
    expect(server.asked(LOGIN)).toHaveLength(2);
  });

  it("goes below the base path of the URL, and names only the origin in failures", async () => {
    const { server } = await startPair();
    const client = createClient(`${server.url.replace("//", "//someone:hidden@")}/wfm/?token=hidden`);
    const failure = expectFailure(await client.login());
    expect(failure).toEqual({ reason: "unexpected-answer", target: server.url, detail: "HTTP 404" });
    expect(server.requests[0]).toMatchObject({ path: "/wfm/SMARTSync/services/rs/users/v1/login", query: "" });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("that finds nobody is unreachable, in readable words", async () => {
    const target = `http://127.0.0.1:${await findClosedPort()}`;
    expect(expectFailure(await createClient(target).login())).toEqual({ reason: "unreachable", target, detail: "connection refused" });
    const nowhere = "http://no-such-host.invalid";
    expect(expectFailure(await createClient(nowhere).login())).toMatchObject({ reason: "unreachable", target: nowhere });
  });
});
