import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../core/base/clock.ts";
import { WORK_ROLES } from "../core/base/role.ts";
import { aliveSince } from "../core/base/liveness.ts";
import type { Repositories } from "../core/persistence/repositories.ts";

export interface HttpOptions {
  readonly http: { readonly host: string; readonly port: number };
  readonly repositories: Repositories;
  readonly clock: Clock;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Health for supervisors and load balancers: `/health` is 200 when the database answers and every role has a live process. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => void answer(options, request, response));
  const { host, port } = options.http;
  await new Promise<void>((resolve, reject) => {
    // The listener stays, so that a failure to accept a later connection does not end the process.
    server.on("error", reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${shown}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Not parsed as a URL, because the text may not be one, and an exception here would end all workers of the process.
  const [path] = (request.url ?? "").split("?", 1);
  if (path !== "/health") return send(response, 404, { message: "not found; GET /health instead" });
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, { message: `${request.method} is not allowed; GET /health instead` }, { allow: "GET, HEAD" });
  try {
    const alive = await options.repositories.processes.rolesAliveSince(aliveSince(options.clock.now()));
    const missing = WORK_ROLES.filter((role) => !alive.has(role));
    const isWell = missing.length === 0;
    send(response, isWell ? 200 : 503, { status: isWell ? "ok" : "degraded", missing });
  } catch {
    send(response, 503, { status: "down", missing: ["database"] });
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}
