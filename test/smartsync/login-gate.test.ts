import { describe, expect, it } from "vitest";
import type { LoginGate } from "../../src/core/base/login-gate.ts";
import { expectFailure, expectValue, startPair } from "./fixture.ts";
import { LOGIN, sendJson, sendUnauthorized, STATUS } from "./scripted-server.ts";

function createGate(isOpen: () => boolean) {
  const reports: string[] = [];
  const gate: LoginGate = { mayLogIn: async () => isOpen(), report: async (outcome) => void reports.push(outcome) };
  return { gate, reports };
}

describe("the login gate", () => {
  it("keeps a stopped connection from sending any request", async () => {
    const { gate, reports } = createGate(() => false);
    const { server, client } = await startPair({ loginGate: gate });
    expect(expectFailure(await client.listJobs())).toEqual({ reason: "connection-stopped", connection: "acme" });
    expect(expectFailure(await client.login())).toEqual({ reason: "connection-stopped", connection: "acme" });
    expect(server.requestsTo(LOGIN)).toEqual([]);
    expect(reports).toEqual([]);
  });

  it("receives one report per login, even if several callers wait for it", async () => {
    const { gate, reports } = createGate(() => true);
    const { server, client } = await startPair({ loginGate: gate });
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    for (const answer of await Promise.all([client.listJobs(), client.listJobs(), client.listJobs()])) expectValue(answer);
    expect(reports).toEqual(["accepted"]);
  });

  it("receives a report of a rejected login, but not of an unavailable server", async () => {
    const { gate, reports } = createGate(() => true);
    const { server, client } = await startPair({ loginGate: gate });
    server.on(LOGIN, ({ response }) => sendUnauthorized(response));
    expect(expectFailure(await client.login()).reason).toBe("login-rejected");
    server.on(LOGIN, ({ response }) => sendJson(response, 503, {}));
    expect(expectFailure(await client.login()).reason).toBe("server-error");
    expect(reports).toEqual(["refused"]);
  });
});
