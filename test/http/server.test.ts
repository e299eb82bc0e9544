import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { ROLES } from "../../src/core/role.ts";
import type { Stores } from "../../src/core/stores.ts";
import { type HttpServer, startHttp } from "../../src/http/server.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";

const NOW = new Date("2026-11-26T02:00:00Z");
const HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(stores: Stores, silentMs = 0): Promise<HttpServer> {
  const silences = () => new Map([["archive", silentMs]] as const);
  const clock = { now: () => NOW, sleep: async () => undefined };
  const server = await startHttp({ http: { host: "127.0.0.1", port: 0 }, stores, clock, silences });
  servers.push(server);
  return server;
}

async function withProcess(roles: typeof ROLES | ["http"]): Promise<Stores> {
  const stores = createMemoryStores();
  await stores.processes.beat({ id: "one", roles, at: NOW });
  return stores;
}

/** Sends what no well-behaved client would. */
async function send({ url }: HttpServer, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.end(request);
  return await text(socket);
}

describe("/health", () => {
  it.each([
    ["every role lives", ROLES, 0, 200, { status: "ok", missing: [] }],
    ["a queue is silent", ROLES, 3_600_000, 503, { status: "degraded", silentMs: { archive: 3_600_000 } }],
    ["roles are missing", ["http"], 0, 503, { status: "degraded", missing: ["scheduler", "submit", "watch", "archive", "maintain"] }],
  ] as const)("says whether all is well: %s", async (_when, roles, silentMs, status, body) => {
    const { url } = await serve(await withProcess(roles as typeof ROLES), silentMs);
    const response = await fetch(`${url}/health?from=probe`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
  });

  it("is down when the tables do not answer", async () => {
    const stores = createMemoryStores();
    const rolesAliveSince = async () => await Promise.reject(new Error("postgresql://u:secret@db"));
    const { url } = await serve({ ...stores, processes: { ...stores.processes, rolesAliveSince } });
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('{"status":"down","missing":["database"]}\n');
  });

  it("answers HEAD, and no method that changes anything", async () => {
    const { url } = await serve(await withProcess(ROLES));
    expect((await fetch(`${url}/health`, { method: "HEAD" })).status).toBe(200);
    const post = await fetch(`${url}/health`, { method: "POST", body: "x" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each([
    ["//", "404"],
    ["///health", "404"],
    ["http://", "404"],
    ["/%zz", "404"],
    [`/${"a".repeat(10_000)}`, "404"],
    ["*", "404"],
    ["/he\0alth", "400"],
  ])("still answers after %j, which is %s", async (path, status) => {
    const server = await serve(await withProcess(ROLES));
    expect(await send(server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await send(server, HEALTH)).toMatch(/^HTTP\/1.1 200 /);
  });
});
