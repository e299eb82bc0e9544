import { describe, expect, it } from "vitest";
import { expectFailure, expectValue, startPair } from "./fixture.ts";
import { sendJson, type ScriptedServer } from "./scripted-server.ts";

const UPPER = "GET /SMARTSYNC/services/rs/entities/v1";
const MIXED = "GET /SMARTSync/services/rs/entities/v1";

const SALES = { kind: "mu", id: 101, name: "Sales" };

function requestedKinds(server: ScriptedServer): string[] {
  return server.requests.filter(({ path }) => path.endsWith("/entities/v1")).map(({ path, query }) => `${path.slice(1, 10)} ${query}`);
}

describe("listEntities", () => {
  it("uses the documented path and requests all kinds at once", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 200, [{ id: 101, name: "Sales", type: "mu", status: "ADD" }]));
    expect(expectValue(await client.listEntities(["ct", "mu"]))).toEqual([SALES]);
    expect(requestedKinds(server)).toEqual(["SMARTSYNC entityType=ct,mu"]);
  });

  it("falls back to the other spelling on 404 and keeps using it", async () => {
    const { server, client } = await startPair();
    server.on(MIXED, ({ response }) => sendJson(response, 200, { mu: [{ muId: 101, muName: "Sales" }] }));
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
    expect(requestedKinds(server)).toEqual(["SMARTSYNC entityType=mu", "SMARTSync entityType=mu", "SMARTSync entityType=mu"]);
  });

  it.each([400, 404])("requests again without bu when the server answers %i", async (status) => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ request, response }) => {
      if (request.query.includes("bu")) sendJson(response, status, { message: "Invalid entityType", status });
      else sendJson(response, 200, [{ id: 101, name: "Sales", type: "mu" }]);
    });
    expect(expectValue(await client.listEntities(["mu", "bu"]))).toEqual([SALES]);
    expect(requestedKinds(server).at(-1)).toBe("SMARTSYNC entityType=mu");
  });

  it("returns no business units when the server rejects bu", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 400, { message: "Invalid entityType", status: 400 }));
    expect(expectValue(await client.listEntities(["bu"]))).toEqual([]);
    expect(expectFailure(await client.listEntities(["mu"]))).toEqual({ reason: "request-rejected", details: ["Invalid entityType"] });
  });

  it("requests one kind at a time when the response does not state the kinds", async () => {
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

  it("returns only the requested kinds", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 200, { mus: [{ id: 101, name: "Sales" }], bus: [{ id: 1, name: "All" }] }));
    expect(expectValue(await client.listEntities(["mu"]))).toEqual([SALES]);
  });

  it("fails with unexpected-answer when both spellings answer 404 or the response contains no list", async () => {
    const { server, client } = await startPair();
    expect(expectFailure(await client.listEntities(["mu", "bu"]))).toMatchObject({ reason: "unexpected-answer", detail: "HTTP 404" });
    server.on(UPPER, ({ response }) => sendJson(response, 200, { count: 3 }));
    expect(expectFailure(await client.listEntities(["mu"])).reason).toBe("unexpected-answer");
  });

  it("returns other failures unchanged", async () => {
    const { server, client } = await startPair();
    server.on(UPPER, ({ response }) => sendJson(response, 500, {}));
    expect(expectFailure(await client.listEntities(["mu"]))).toMatchObject({ reason: "server-error", status: 500 });
  });
});
