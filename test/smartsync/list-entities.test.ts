import { describe, expect, it } from "vitest";
import { expectFailure, expectValue, startPair } from "./fixture.ts";
import { sendJson, type ScriptedServer } from "./scripted-server.ts";

const UPPER = "GET /SMARTSYNC/services/rs/entities/v1";
const MIXED = "GET /SMARTSync/services/rs/entities/v1";

const SALES = { kind: "mu", id: 101, name: "Sales" };

function kindsAsked(server: ScriptedServer): string[] {
  return server.requests.filter(({ path }) => path.endsWith("/entities/v1")).map(({ path, query }) => `${path.slice(1, 10)} ${query}`);
}

describe("listEntities", () => {
  it("asks under the documented path, for all kinds at once", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 200, [{ id: 101, name: "Sales", type: "mu", status: "ADD" }]));
    expect(expectValue(await client.listEntities(["ct", "mu"]))).toEqual([SALES]);
    expect(kindsAsked(server)).toEqual(["SMARTSYNC entityType=ct,mu"]);
  });

  it("falls back to the other spelling on 404, and remembers it", async () => {
    const { server, client } = await startPair();
    server.on(MIXED, ({ response }) => sendJson(response, 200, { mu: [{ muId: 101, muName: "Sales" }] }));
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
    expect(kindsAsked(server)).toEqual(["SMARTSYNC entityType=mu", "SMARTSync entityType=mu", "SMARTSync entityType=mu"]);
  });

  it.each([400, 404])("leaves out bu when the server answers %i to it", async (status) => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ request, response }) => {
      if (request.query.includes("bu")) sendJson(response, status, { message: "Invalid entityType", status });
      else sendJson(response, 200, [{ id: 101, name: "Sales", type: "mu" }]);
    });
    expect(expectValue(await client.listEntities(["mu", "bu"]))).toEqual([SALES]);
    expect(kindsAsked(server).at(-1)).toBe("SMARTSYNC entityType=mu");
  });

  it("has none of a kind that the server does not know", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 400, { message: "Invalid entityType", status: 400 }));
    expect(expectValue(await client.listEntities(["bu"]))).toEqual([]);
    expect(expectFailure(await client.listEntities(["mu"]))).toEqual({ reason: "request-rejected", details: ["Invalid entityType"] });
  });

  it("asks for one kind at a time when the answer does not tell the kinds", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ request, response }) => {
      const all = { ct: { id: 5, name: "Mail" }, mu: { id: 101, name: "Sales" } };
      sendJson(
        response,
        200,
        Object.entries(all).flatMap(([kind, entity]) => (request.query.includes(kind) ? [entity] : [])),
      );
    });
    expect(expectValue(await client.listEntities(["ct", "mu"]))).toEqual([{ kind: "ct", id: 5, name: "Mail" }, SALES]);
  });

  it("gives only the kinds asked for", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 200, { mus: [{ id: 101, name: "Sales" }], bus: [{ id: 1, name: "All" }] }));
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
  });

  it("is unexpected when there is no server under either spelling, or no list in the answer", async () => {
    const { server, client } = await startPair();
    expect(expectFailure(await client.listEntities(["mu", "bu"]))).toMatchObject({ reason: "unexpected-answer", detail: "HTTP 404" });
    server.on(UPPER, ({ response }) => sendJson(response, 200, { count: 3 }));
    expect(expectFailure(await client.listEntities(["mu"])).reason).toBe("unexpected-answer");
  });

  it("passes on other refusals", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 500, {}));
    expect(expectFailure(await client.listEntities(["mu"]))).toMatchObject({ reason: "server-error", status: 500 });
  });
});
