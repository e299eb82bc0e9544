import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../core/base/clock.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import type { JobId } from "../core/base/ids.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { ResultStream } from "../core/ports/smartsync.ts";
import { sendWithSession } from "./send-with-session.ts";
import { SERVICES_PATH } from "./base-url.ts";
import { checkReadSession } from "./get-with-session.ts";
import { isHtml } from "./check-session.ts";
import { readTextResponse, type TextResponse } from "./read-text-response.ts";
import { createResultBody } from "./result-body.ts";
import type { SessionCookies } from "./session-cookies.ts";
import type { SessionManager } from "./session-manager.ts";
import type { Timeouts } from "./timeouts.ts";
import { translateErrorResponse } from "./translate-error-response.ts";
import { translate206 } from "./translate-206.ts";
import type { RequestFailure, StreamResponse, Transport } from "./transport.ts";

export interface OpenResultDeps {
  readonly transport: Transport;
  readonly sessions: SessionManager;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
}

const MAX_ERROR_BYTES = 64 * 1024;

type Opened =
  | { readonly status: 200; readonly headers: IncomingHttpHeaders; readonly result: StreamResponse }
  | (TextResponse & { readonly result?: never });

export async function openResult(deps: OpenResultDeps, id: JobId, signal?: AbortSignal): Promise<Result<ResultStream, SmartSyncFailure>> {
  const opened = await requestResult(deps, { path: resultPath(id), id, signal });
  return opened.ok ? toStream(opened.value, deps, signal) : opened;
}

export function resultPath(id: JobId): string {
  return `${SERVICES_PATH}/exporters/v1/result/${encodeURIComponent(id)}`;
}

interface ResultRequest {
  readonly path: string;
  readonly id: JobId;
  readonly signal: AbortSignal | undefined;
}

/** Only HTTP 200 is a result, and only if it is not a web page. */
export async function requestResult(deps: OpenResultDeps, request: ResultRequest): Promise<Result<StreamResponse, SmartSyncFailure>> {
  const { target } = deps.transport;
  const opened = await sendWithSession(deps.sessions, target, {
    send: (cookies) => open(deps, request, cookies),
    check: checkReadSession,
    signal: request.signal,
  });
  if (!opened.ok) return err(opened.error.failure);
  const { result } = opened.value;
  return result ? ok(result) : err(translateNoResult(opened.value, request.id, deps));
}

async function open(
  { transport, timeouts }: OpenResultDeps,
  { path, signal }: ResultRequest,
  cookies: SessionCookies,
): Promise<Result<Opened, RequestFailure>> {
  const opened = await transport.open({ method: "GET", path, headers: { accept: "*/*" }, cookies, isResult: true, signal });
  if (!opened.ok) return opened;
  const response = opened.value;
  if (response.status === 200 && !isHtml(response.headers)) return ok({ status: 200, headers: response.headers, result: response });
  return readTextResponse(response, { target: transport.target, maxBytes: MAX_ERROR_BYTES, timeoutMs: timeouts.requestMs });
}

export function toStream(
  response: StreamResponse,
  { transport, timeouts }: OpenResultDeps,
  signal?: AbortSignal,
): Result<ResultStream, SmartSyncFailure> {
  const { headers, body } = response;
  const encoding = parseEncoding(headers["content-encoding"]);
  if (!encoding) {
    body.destroy();
    const detail = "the content encoding of the result is neither gzip nor identity";
    return err({ reason: "unexpected-answer", target: transport.target, detail });
  }
  const announced = headers["content-length"];
  const announcedBytes = announced !== undefined && /^\d+$/.test(announced) ? Number(announced) : null;
  return ok({
    mediaType: headers["content-type"]?.split(";")[0]?.trim().toLowerCase() || "application/octet-stream",
    encoding,
    announcedBytes,
    body: createResultBody({ stream: body, announcedBytes, idleMs: timeouts.idleMs, signal }),
    discard: () => {
      body.destroy();
    },
  });
}

/** The vendor's documentation prints `GZIP` in upper case. */
function parseEncoding(header: string | undefined): ResultStream["encoding"] | null {
  const word = header?.trim().toLowerCase() ?? "";
  if (word === "gzip" || word === "x-gzip") return "gzip";
  return word === "" || word === "identity" || word === "none" ? "identity" : null;
}

function translateNoResult(response: TextResponse, id: JobId, { transport, clock }: OpenResultDeps): SmartSyncFailure {
  if (response.status === 404 || response.status === 410) return { reason: "job-unknown", jobId: id };
  const unfinished = response.status === 206 ? translate206(response.text ?? "") : null;
  return unfinished ?? translateErrorResponse(response, { target: transport.target, clock });
}
