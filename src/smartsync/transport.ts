import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import { got, type Request } from "got";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import { createAgents } from "./agents.ts";
import type { BaseUrl } from "./base-url.ts";
import type { SessionCookies } from "./session-cookies.ts";
import { linkSignal } from "./link-signal.ts";
import { toResultTimeouts, toRequestTimeouts, type Timeouts } from "./timeouts.ts";
import { translateTransportError } from "./translate-transport-error.ts";

export interface WfmRequest {
  readonly method: "GET" | "POST";
  /** Relative to the connection's URL, including the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly cookies: SessionCookies;
  /** The body of a result has no overall timeout. */
  readonly isResult?: boolean;
  readonly onNewConnection?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A response whose body has not been read. The caller must read or destroy the body. */
export interface StreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface RequestFailure {
  readonly failure: SmartSyncFailure;
  /** `false` only if not a single byte of the request can have reached the server. */
  readonly mayHaveReachedServer: boolean;
}

export interface Transport {
  readonly target: string;
  /** Sends one request and resolves with any status as soon as the headers arrive. Neither follows redirects nor retries. */
  open(request: WfmRequest): Promise<Result<StreamResponse, RequestFailure>>;
  close(): void;
}

export interface TransportOptions {
  readonly baseUrl: BaseUrl;
  readonly ca: string | undefined;
  readonly timeouts: Timeouts;
}

export function createTransport({ baseUrl, ca, timeouts }: TransportOptions): Transport {
  const agents = createAgents(ca);
  const client = got.extend({
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    // Results are stored as they were sent, and other bodies are decompressed up to a limit.
    decompress: false,
    ignoreInvalidCookies: true,
  });
  return {
    target: baseUrl.origin,
    open(request) {
      const link = request.signal ? linkSignal(request.signal) : null;
      const stream = client.stream(baseUrl.at(request.path), {
        method: request.method,
        headers: { "user-agent": "nightferry", "accept-encoding": "gzip", ...request.headers },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        agent: request.onNewConnection ? agents.singleUse : agents.keepAlive,
        cookieJar: request.cookies,
        timeout: request.isResult ? toResultTimeouts(timeouts) : toRequestTimeouts(timeouts),
        ...(link ? { signal: link.signal } : {}),
      });
      link?.releaseAfter(stream);
      return awaitHead(stream, baseUrl.origin);
    },
    close: () => agents.destroy(),
  };
}

function awaitHead(stream: Request, target: string): Promise<Result<StreamResponse, RequestFailure>> {
  let mayHaveReachedServer = false;
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve(err({ failure: translateTransportError(error, target), mayHaveReachedServer }));
    stream.once("request", (request: ClientRequest) => {
      onceConnected(request, () => {
        mayHaveReachedServer = true;
      });
    });
    stream.once("response", ({ statusCode, headers }: IncomingMessage) => resolve(ok({ status: statusCode ?? 0, headers, body: stream })));
    // This listener stays attached. The reader of the body gets a later error; without a reader, an unhandled one would end the process.
    stream.on("error", fail);
    stream.once("close", () => fail(null));
  });
}

/** The HTTP client writes nothing until the connection is established, and with TLS until the certificate was accepted. */
function onceConnected(request: ClientRequest, onConnected: () => void): void {
  request.once("socket", (socket) => {
    if (request.reusedSocket || !socket.connecting) onConnected();
    else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", onConnected);
  });
}
