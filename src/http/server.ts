import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../core/clock.ts";
import { isSilent } from "../core/consumer-silence.ts";
import type { QueueName } from "../core/message.ts";
import { QUEUE_ROLES, type Role } from "../core/role.ts";
import type { Stores } from "../core/stores.ts";

export interface HttpOptions {
  readonly http: { readonly host: string; readonly port: number };
  readonly stores: Stores;
  readonly clock: Clock;
  /** For how long each queue of this process has been silent, in milliseconds. */
  readonly silences: () => ReadonlyMap<QueueName, number>;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** How old a process's last beat may be. */
const ALIVE_WITHIN_MS = 15_000;

const NEEDED: readonly Role[] = ["scheduler", ...QUEUE_ROLES];

/**
 * Health for supervisors and load balancers: `/health` is 200 when the tables answer, every role has a live process, and this
 * process hears its queues.
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => void answer(options, request, response));
  const { host, port } = options.http;
  await new Promise<void>((resolve, reject) => {
    // Stays: a socket that cannot be accepted later on is no reason to end the process.
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
  // Not as a URL: what comes from outside need not be one, and an error thrown here would end every worker of the process.
  const [path] = (request.url ?? "").split("?", 1);
  if (path !== "/health") return send(response, 404, { message: "there is /health here" });
  if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, { message: "GET /health" }, { allow: "GET, HEAD" });
  try {
    const since = new Date(options.clock.now().getTime() - ALIVE_WITHIN_MS);
    const alive = await options.stores.processes.rolesAliveSince(since);
    const missing = NEEDED.filter((role) => !alive.has(role));
    const silences = [...options.silences()];
    const isWell = missing.length === 0 && !silences.some(([, ageMs]) => isSilent(ageMs));
    send(response, isWell ? 200 : 503, { status: isWell ? "ok" : "degraded", missing, silentMs: Object.fromEntries(silences) });
  } catch {
    send(response, 503, { status: "down", missing: ["database"] });
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}
