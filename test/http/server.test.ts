import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { ROLES } from "../../src/core/base/role.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { type HttpServer, startHttp } from "../../src/http/server.ts";
import { createMemoryRepositories } from "../fakes/memory-repositories.ts";

const NOW = new Date("2026-11-26T02:00:00Z");
const HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(repositories: Repositories): Promise<HttpServer> {
  const clock = { now: () => NOW, sleep: async () => undefined };
  const server = await startHttp({ http: { host: "127.0.0.1", port: 0 }, repositories, clock });
  servers.push(server);
  return server;
}

async function withProcess(roles: typeof ROLES | ["http"]): Promise<Repositories> {
  const repositories = createMemoryRepositories();
  await repositories.processes.heartbeat({ id: "one", roles, at: NOW });
  return repositories;
}

/** Sends a raw request, because HTTP clients refuse to send malformed ones. */
async function send({ url }: HttpServer, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.end(request);
  return await text(socket);
}

describe("/health", () => {
  it.each([
    ["every role is alive", ROLES, 200, { status: "ok", missing: [] }],
    ["roles are missing", ["http"], 503, { status: "degraded", missing: ["schedule", "submit", "poll", "archive", "reconcile"] }],
  ] as const)("answers according to the state of the processes: %s", async (_when, roles, status, body) => {
    const { url } = await serve(await withProcess(roles as typeof ROLES));
    const response = await fetch(`${url}/health?from=probe`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
  });

  it("is down if the database does not answer", async () => {
    const repositories = createMemoryRepositories();
    const rolesAliveSince = async () => await Promise.reject(new Error("postgresql://u:secret@db"));
    const { url } = await serve({ ...repositories, processes: { ...repositories.processes, rolesAliveSince } });
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('{"status":"down","missing":["database"]}\n');
  });

  it("answers GET and HEAD only", async () => {
    const { url } = await serve(await withProcess(ROLES));
    expect((await fetch(`${url}/health`, { method: "HEAD" })).status).toBe(200);
    const post = await fetch(`${url}/health`, { method: "POST", body: "x" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await post.json()).toEqual({ message: "POST is not allowed; GET /health instead" });
  });

  it.each([
    ["//", "404"],
    ["///health", "404"],
    ["http://", "404"],
    ["/%zz", "404"],
    [`/${"a".repeat(10_000)}`, "404"],
    ["*", "404"],
    ["/he\0alth", "400"],
  ])("still works after a request for %j, which gets %s", async (path, status) => {
    const server = await serve(await withProcess(ROLES));
    expect(await send(server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await send(server, HEALTH)).toMatch(/^HTTP\/1.1 200 /);
  });
});
