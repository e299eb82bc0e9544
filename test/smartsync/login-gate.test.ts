import { describe, expect, it } from "vitest";
import type { LoginGate } from "../../src/core/login-gate.ts";
import { expectFailure, expectValue, startPair } from "./fixture.ts";
import { LOGIN, sendJson, sendUnauthorized, STATUS } from "./scripted-server.ts";

function createGate(isOpen: () => boolean) {
  const reports: string[] = [];
  const gate: LoginGate = { mayLogIn: async () => isOpen(), report: async (outcome) => void reports.push(outcome) };
  return { gate, reports };
}

describe("the gate before logins", () => {
  it("keeps a stopped connection from sending anything", async () => {
    const { gate, reports } = createGate(() => false);
    const { server, client } = await startPair({ loginGate: gate });
    expect(expectFailure(await client.listJobs())).toEqual({ reason: "connection-stopped", connection: "acme" });
    expect(expectFailure(await client.login())).toEqual({ reason: "connection-stopped", connection: "acme" });
    expect(server.asked(LOGIN)).toEqual([]);
    expect(reports).toEqual([]);
  });

  it("hears of each login once, however many callers wait for it", async () => {
    const { gate, reports } = createGate(() => true);
    const { server, client } = await startPair({ loginGate: gate });
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    for (const answer of await Promise.all([client.listJobs(), client.listJobs(), client.listJobs()])) expectValue(answer);
    expect(reports).toEqual(["accepted"]);
  });

  it("hears of a refusal, but not of an outage", async () => {
    const { gate, reports } = createGate(() => true);
    const { server, client } = await startPair({ loginGate: gate });
    server.on(LOGIN, ({ response }) => sendUnauthorized(response));
    expect(expectFailure(await client.login()).reason).toBe("login-rejected");
    server.on(LOGIN, ({ response }) => sendJson(response, 503, {}));
    expect(expectFailure(await client.login()).reason).toBe("server-error");
    expect(reports).toEqual(["refused"]);
  });
});
