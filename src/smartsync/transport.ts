import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import { got, type Request } from "got";
import type { SmartSyncFailure } from "../core/failure.ts";
import { err, ok, type Result } from "../core/result.ts";
import { createAgents } from "./agents.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SessionCookies } from "./session-cookies.ts";
import { linkSignal } from "./link-signal.ts";
import { toResultDelays, toSmallCallDelays, type Timeouts } from "./timeouts.ts";
import { translateTransportError } from "./translate-transport-error.ts";

export interface Call {
  readonly method: "GET" | "POST";
  /** Below the connection's URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly cookies: SessionCookies;
  /** Results are timed by their reader once they have begun. */
  readonly isResult?: boolean;
  readonly onFreshConnection?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer's head; the body is still to be read, or destroyed. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface CallFailure {
  readonly failure: SmartSyncFailure;
  /** Whether a byte of the request may have reached the server. */
  readonly mayHaveArrived: boolean;
}

export interface Transport {
  readonly target: string;
  /** One request and its answer's head, whatever the status is; no redirect is followed and nothing is tried twice. */
  open(call: Call): Promise<Result<Reply, CallFailure>>;
  close(): void;
}

export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly ca: string | undefined;
  readonly timeouts: Timeouts;
}

export function createTransport({ endpoint, ca, timeouts }: TransportOptions): Transport {
  const agents = createAgents(ca);
  const client = got.extend({
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    // Results are kept as they came, and small bodies are unpacked under a limit.
    decompress: false,
    ignoreInvalidCookies: true,
  });
  return {
    target: endpoint.origin,
    open(call) {
      const link = call.signal ? linkSignal(call.signal) : null;
      const stream = client.stream(endpoint.at(call.path), {
        method: call.method,
        headers: { "user-agent": "nightferry", "accept-encoding": "gzip", ...call.headers },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        agent: call.onFreshConnection ? agents.fresh : agents.kept,
        cookieJar: call.cookies,
        timeout: call.isResult ? toResultDelays(timeouts) : toSmallCallDelays(timeouts),
        ...(link ? { signal: link.signal } : {}),
      });
      link?.releaseAfter(stream);
      return awaitHead(stream, endpoint.origin);
    },
    close: () => agents.destroy(),
  };
}

function awaitHead(stream: Request, target: string): Promise<Result<Reply, CallFailure>> {
  let mayHaveArrived = false;
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve(err({ failure: translateTransportError(error, target), mayHaveArrived }));
    stream.once("request", (request: ClientRequest) => {
      onceConnected(request, () => {
        mayHaveArrived = true;
      });
    });
    stream.once("response", ({ statusCode, headers }: IncomingMessage) => resolve(ok({ status: statusCode ?? 0, headers, body: stream })));
    // Stays attached: an error in the middle of a body goes to whoever reads it, and must not be thrown where nobody does.
    stream.on("error", fail);
    stream.once("close", () => fail(null));
  });
}

/** Requests wait inside the client until the connection stands, with TLS until the certificate was accepted. */
function onceConnected(request: ClientRequest, onConnected: () => void): void {
  request.once("socket", (socket) => {
    if (request.reusedSocket || !socket.connecting) onConnected();
    else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", onConnected);
  });
}
