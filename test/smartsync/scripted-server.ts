import { readFileSync } from "node:fs";
import http, { type IncomingHttpHeaders, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A request as the server received it. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Exchange {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** How many requests this route received before. */
  readonly nth: number;
}

export type Handler = (exchange: Exchange) => void;

/** A WFM server whose responses the test defines. Routes without a handler answer 404 with a web page. */
export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Sets the handler of a route, which is a method and a path: `GET /SMARTSync/...`. */
  on(route: string, handler: Handler): void;
  requestsTo(route: string): readonly RecordedRequest[];
  close(): Promise<void>;
}

export const LOGIN = "POST /SMARTSync/services/rs/users/v1/login";
export const STATUS = "/SMARTSync/services/rs/exporters/v1/status";
export const SUBMIT = "POST /SMARTSync/services/rs/exporters/v1/agent-schedule-detail";

export function readCert(name: string): string {
  return readFileSync(new URL(`certs/${name}.pem`, import.meta.url), "utf8");
}

export async function startScriptedServer({ tls = false }: { readonly tls?: boolean } = {}): Promise<ScriptedServer> {
  const handlers = new Map<string, Handler>();
  const counts = new Map<string, number>();
  const requests: RecordedRequest[] = [];
  const answer: http.RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const [path = "", query = ""] = (incoming.url ?? "").split("?");
      const request = { method: incoming.method ?? "", path, query, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      const route = `${request.method} ${path}`;
      const nth = counts.get(route) ?? 0;
      counts.set(route, nth + 1);
      const handler = handlers.get(route) ?? answerNotFound;
      handler({ request, response, socket: incoming.socket, nth });
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
    on: (route, handler) => void handlers.set(route, handler),
    requestsTo: (route) => requests.filter(({ method, path }) => `${method} ${path}` === route),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  started.on(LOGIN, ({ response, nth }) => sendJson(response, 200, { jsessionId: sessionId(nth + 1) }));
  return started;
}

/** The session id that the nth login returns, counted from 1. */
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

function answerNotFound({ response }: Exchange): void {
  sendHtml(response, 404);
}
