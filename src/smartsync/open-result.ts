import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../core/clock.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import type { VendorJobId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { ResultStream } from "../core/smartsync.ts";
import { callWithSession } from "./call-with-session.ts";
import { SERVICES } from "./endpoint.ts";
import { judgeRead } from "./get-answer.ts";
import { isHtml } from "./judge-session.ts";
import { readAnswer, type Answer } from "./read-answer.ts";
import { createResultBody } from "./result-body.ts";
import type { SessionCookies } from "./session-cookies.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { Timeouts } from "./timeouts.ts";
import { translateAnswer } from "./translate-answer.ts";
import { translateUnfinished } from "./translate-unfinished.ts";
import type { CallFailure, Reply, Transport } from "./transport.ts";

export interface OpenResultDeps {
  readonly transport: Transport;
  readonly sessions: SessionKeeper;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
}

const MAX_REFUSAL_BYTES = 64 * 1024;

type Opened =
  { readonly status: 200; readonly headers: IncomingHttpHeaders; readonly reply: Reply } | (Answer & { readonly reply?: never });

/** Opens a finished job's result. */
export async function openResult(
  deps: OpenResultDeps,
  id: VendorJobId,
  signal?: AbortSignal,
): Promise<Result<ResultStream, SmartSyncFailure>> {
  const opened = await askForResult(deps, { path: resultPath(id), id, signal });
  return opened.ok ? toStream(opened.value, deps, signal) : opened;
}

export function resultPath(id: VendorJobId): string {
  return `${SERVICES}/exporters/v1/result/${encodeURIComponent(id)}`;
}

interface ResultCall {
  readonly path: string;
  readonly id: VendorJobId;
  readonly signal: AbortSignal | undefined;
}

/** Nothing but HTTP 200 with something else than a web page is a result. */
export async function askForResult(deps: OpenResultDeps, call: ResultCall): Promise<Result<Reply, SmartSyncFailure>> {
  const { target } = deps.transport;
  const opened = await callWithSession(deps.sessions, target, {
    send: (cookies) => open(deps, call, cookies),
    judge: judgeRead,
    signal: call.signal,
  });
  if (!opened.ok) return err(opened.error.failure);
  const { reply } = opened.value;
  return reply ? ok(reply) : err(explainRefusal(opened.value, call.id, deps));
}

async function open(
  { transport, timeouts }: OpenResultDeps,
  { path, signal }: ResultCall,
  cookies: SessionCookies,
): Promise<Result<Opened, CallFailure>> {
  const opened = await transport.open({ method: "GET", path, headers: { accept: "*/*" }, cookies, isResult: true, signal });
  if (!opened.ok) return opened;
  const reply = opened.value;
  if (reply.status === 200 && !isHtml(reply.headers)) return ok({ status: 200, headers: reply.headers, reply });
  return readAnswer(reply, { target: transport.target, maxBytes: MAX_REFUSAL_BYTES, timeoutMs: timeouts.callMs });
}

export function toStream(
  reply: Reply,
  { transport, timeouts }: OpenResultDeps,
  signal?: AbortSignal,
): Result<ResultStream, SmartSyncFailure> {
  const { headers, body } = reply;
  const encoding = parseEncoding(headers["content-encoding"]);
  if (!encoding) {
    body.destroy();
    const detail = "the result's content encoding is neither gzip nor identity";
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

/** The vendor prints `GZIP`. */
function parseEncoding(header: string | undefined): ResultStream["encoding"] | null {
  const word = header?.trim().toLowerCase() ?? "";
  if (word === "gzip" || word === "x-gzip") return "gzip";
  return word === "" || word === "identity" || word === "none" ? "identity" : null;
}

function explainRefusal(answer: Answer, id: VendorJobId, { transport, clock }: OpenResultDeps): SmartSyncFailure {
  if (answer.status === 404 || answer.status === 410) return { reason: "job-unknown", vendorJobId: id };
  const unfinished = answer.status === 206 ? translateUnfinished(answer.text ?? "") : null;
  return unfinished ?? translateAnswer(answer, { target: transport.target, clock });
}
