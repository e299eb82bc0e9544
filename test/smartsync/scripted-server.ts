import { readFileSync } from "node:fs";
import http, { type IncomingHttpHeaders, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** One request as it came in. */
export interface Recorded {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Turn {
  readonly request: Recorded;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** How often this route was asked before. */
  readonly nth: number;
}

export type Script = (turn: Turn) => void;

/** A WFM server of which every answer is written down by the test. Unscripted routes answer 404 with a web page. */
export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly Recorded[];
  /** `route` is a method and a path: `GET /SMARTSync/...`. */
  on(route: string, script: Script): void;
  asked(route: string): readonly Recorded[];
  close(): Promise<void>;
}

export const LOGIN = "POST /SMARTSync/services/rs/users/v1/login";
export const STATUS = "/SMARTSync/services/rs/exporters/v1/status";
export const SUBMIT = "POST /SMARTSync/services/rs/exporters/v1/agent-schedule-detail";

export function readCert(name: string): string {
  return readFileSync(new URL(`certs/${name}.pem`, import.meta.url), "utf8");
}

export async function startScriptedServer({ tls = false }: { readonly tls?: boolean } = {}): Promise<ScriptedServer> {
  const scripts = new Map<string, Script>();
  const turns = new Map<string, number>();
  const requests: Recorded[] = [];
  const answer: http.RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const [path = "", query = ""] = (incoming.url ?? "").split("?");
      const request = { method: incoming.method ?? "", path, query, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      const route = `${request.method} ${path}`;
      const nth = turns.get(route) ?? 0;
      turns.set(route, nth + 1);
      const script = scripts.get(route) ?? answerNotFound;
      script({ request, response, socket: incoming.socket, nth });
    });
  };
  const server = tls
    ? https.createServer({ key: readCert("localhost.key"), cert: readCert("localhost.cert") }, answer)
    : http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const started: ScriptedServer = {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    on: (route, script) => void scripts.set(route, script),
    asked: (route) => requests.filter(({ method, path }) => `${method} ${path}` === route),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  started.on(LOGIN, ({ response, nth }) => sendJson(response, 200, { jsessionId: sessionId(nth + 1) }));
  return started;
}

/** The session that the nth login gives, from 1. */
export function sessionId(nth: number): string {
  return `session-canary-${nth}.web01`;
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export function sendHtml(response: ServerResponse, status = 200): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>Log in</title>");
}

export function sendUnauthorized(response: ServerResponse): void {
  sendJson(response, 401, { message: "Unauthorized", status: 401 });
}

function answerNotFound({ response }: Turn): void {
  sendHtml(response, 404);
}
