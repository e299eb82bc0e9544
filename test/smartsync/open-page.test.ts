import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { matchesPage } from "../../src/smartsync/matches-page.ts";
import { pageHeaders } from "../../src/simulator/read-page.ts";
import { expectFailure, expectValue, JOB_ID, RESULT, startPair } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized } from "./scripted-server.ts";

const PAGE = { startRecord: 1801, numRecords: 200 };
const JSON_TYPE = { "content-type": "application/json" };

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a page of a result", () => {
  it("is requested with both parameters and returned as it was sent", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) =>
      response.writeHead(200, { ...JSON_TYPE, "X-Start-Record": 1801, "X-Count-Records": 200 }).end("[1]"),
    );
    const page = expectValue(await client.openPage(JOB_ID, PAGE));
    expect(page).toMatchObject({ mediaType: "application/json", encoding: "identity" });
    expect(await textOf(page?.body ?? expect.unreachable())).toBe("[1]");
    expect(server.requestsTo(RESULT)[0]?.query).toBe("startRecord=1801&numRecords=200");
  });

  it("is null when the server ignores the parameters, and the client requests no more pages", async () => {
    const { server, client } = await startPair();
    const isClosed = new Promise<void>((closed) => {
      server.on(RESULT, ({ response }) => {
        response.on("close", closed);
        response.writeHead(200, { ...JSON_TYPE, "content-length": 1000 }).write("[");
      });
    });
    expect(expectValue(await client.openPage(JOB_ID, PAGE))).toBeNull();
    await isClosed;
    expect(expectValue(await client.openPage(JOB_ID, PAGE))).toBeNull();
    expect(server.requestsTo(RESULT)).toHaveLength(1);
    expectValue(await client.openResult(JOB_ID)).discard();
    expect(server.requestsTo(RESULT)).toHaveLength(2);
  });

  it("is null when the server rejects it, and the client still requests other pages", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response, nth }) => {
      if (nth === 0) sendJson(response, 400, { message: "One or more request validations failed", status: 400, details: ["startRecord"] });
      else response.writeHead(200, { ...JSON_TYPE, "X-Start-Record": 1801 }).end("[]");
    });
    expect(expectValue(await client.openPage(JOB_ID, PAGE))).toBeNull();
    expectValue(await client.openPage(JOB_ID, PAGE))?.discard();
    expect(server.requestsTo(RESULT)).toHaveLength(2);
  });

  it("is requested once more with a new session", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response, nth }) => {
      if (nth === 0) sendUnauthorized(response);
      else if (nth === 1) response.writeHead(200, { ...JSON_TYPE, "X-Start-Record": 1801 }).end("[]");
      else sendHtml(response);
    });
    expectValue(await client.openPage(JOB_ID, PAGE))?.discard();
    expect(server.requestsTo(LOGIN)).toHaveLength(2);
    expect(expectFailure(await client.openPage(JOB_ID, PAGE)).reason).toBe("session-refused");
  });

  it.each([
    [404, { message: "Job id is not found", status: 401 }, "job-unknown"],
    [206, { message: "Your Job isn't completed yet. Try again later", status: 206 }, "result-not-ready"],
    [206, { message: "Job was canceled by a user", status: 206 }, "job-canceled"],
    [429, {}, "rate-limited"],
    [503, {}, "server-error"],
    [400, { message: "Insufficient permissions to view entity", status: 400 }, "entities-forbidden"],
  ])("that is answered with %i and %j fails with %s", async (status, body, reason) => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => sendJson(response, status, body));
    expect(expectFailure(await client.openPage(JOB_ID, PAGE)).reason).toBe(reason);
  });
});

describe("matchesPage", () => {
  test.each([
    [{}, true],
    [{ "x-count-records": "200" }, true],
    [{ "x-count-records": "199" }, true],
    [{ "x-count-records": "198" }, false],
    [{ "x-count-records": "201" }, false],
    [{ "x-next-record": "1851" }, true],
    [{ "x-next-record": "1851", "x-count-records": "50", "x-remaining-records": "150" }, true],
    [{ "x-next-record": "1851", "x-count-records": "49" }, false],
    [{ "x-next-record": "1851", "x-remaining-records": "149" }, false],
    [{ "x-next-record": "1801" }, false],
    [{ "x-next-record": "2002" }, false],
    [{ "x-remaining-records": "0" }, true],
    [{ "x-remaining-records": "1" }, false],
    [{ "x-start-record": "1800" }, false],
    [{ "x-start-record": "1" }, false],
    [{ "x-start-record": "1801.0" }, false],
    [{ "x-start-record": "" }, false],
    [{ "x-start-record": undefined }, false],
    [{ "x-count-records": "many" }, false],
    [{ "x-next-record": "-" }, false],
    [{ "x-remaining-records": "1e3" }, false],
  ])("with the headers %j is %s", (headers, isPage) => {
    expect(matchesPage(PAGE, { "x-start-record": "1801", ...headers })).toBe(isPage);
  });

  test("accepts the vendor's headers for the requested page only, with either count for the last page", () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(500),
        fc.boolean(),
        fc.integer({ min: 1, max: 1000 }),
        (...drawn) => {
          const [first, count, remaining, isCountActual, startRecord] = drawn;
          const sent = pageHeaders({ first, count }, first + count + remaining, isCountActual);
          const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), String(value)]));
          expect(matchesPage({ startRecord: first + 1, numRecords: count }, headers)).toBe(true);
          expect(matchesPage({ startRecord, numRecords: count }, headers)).toBe(startRecord === first + 1);
        },
      ),
    );
  });
});
