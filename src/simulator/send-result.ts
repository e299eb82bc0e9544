import type { ServerResponse } from "node:http";
import { assertNever } from "../core/base/assert-never.ts";
import { delimitByClose, finishConnection, resetConnection } from "./break-connection.ts";
import type { Exchange, Tenant } from "./exchange.ts";
import { type Cut, CUTS } from "./faults.ts";
import { acceptsGzip, gzipDocument, type ResultBody, takeBytes } from "./result-body.ts";
import { writeBody } from "./write-body.ts";

/** A complete result, or one page of it. */
export interface Document {
  readonly chunks: Iterable<Buffer>;
  readonly bytes: number | null;
  /** The compressed document, if it is cached. */
  readonly gzipped: Buffer | null;
}

interface Breakage {
  readonly cut: Cut;
  /** The number of bytes that are sent. */
  readonly at: number;
}

/** Added to the sent bytes if the real length is unknown: the announced length only has to be larger than what is sent. */
const MISSING_BYTES = 1_000_000;
const DEFAULT_CUT_BYTES = 5_000;

/** Sends the document, or breaks it in the way that a fault selects. The caller has set the other headers. */
export async function sendResult(tenant: Tenant, document: Document, exchange: Exchange): Promise<void> {
  const { response, faults, signal } = exchange;
  const fault = faults.get("cut-body");
  const cut = CUTS.find((name) => name === fault?.word);
  const body = prepareBody(tenant, cut === "short-document" ? shorten(document, fault?.amount ?? null) : document, exchange);
  if (body.isGzipped || faults.has("gzip-unsent")) response.setHeader("Content-Encoding", faults.get("gzip-name")?.word ?? "GZIP");
  const breakage = cut && cut !== "short-document" ? { cut, at: cutAt(body, fault?.amount ?? null) } : null;
  announce(response, body, breakage);
  response.flushHeaders();
  const rate = faults.get("slow-body")?.amount ?? null;
  tenant.stats.resultBytes += await writeBody(response, body.chunks, { bytes: breakage?.at ?? null, rate, signal });
  if (signal.aborted) return;
  if (breakage) return breakOff(response, breakage.cut);
  if (!cut) tenant.stats.results += 1;
  response.end();
}

function prepareBody({ settings }: Tenant, document: Document, { request, faults }: Exchange): ResultBody {
  const level = settings.gzipLevel;
  if (level === null || faults.has("no-gzip") || faults.has("gzip-unsent") || !acceptsGzip(request.headers["accept-encoding"])) {
    return { chunks: document.chunks, bytes: document.bytes, isGzipped: false };
  }
  if (document.gzipped) return { chunks: [document.gzipped], bytes: document.gzipped.length, isGzipped: true };
  return { chunks: gzipDocument(document.chunks, level), bytes: null, isGzipped: true };
}

/** Simulates a server whose query fails halfway, while its web framework still ends the response properly. */
function shorten(document: Document, amount: number | null): Document {
  const limit = amount ?? (document.bytes === null ? DEFAULT_CUT_BYTES : Math.floor(document.bytes / 2));
  const last = document.bytes === null ? limit : Math.min(limit, document.bytes - 1);
  return { chunks: takeBytes(document.chunks, last), bytes: null, gzipped: null };
}

/** If the length is known, at least one byte is missing. */
function cutAt(body: ResultBody, amount: number | null): number {
  if (body.bytes === null) return amount ?? DEFAULT_CUT_BYTES;
  return Math.min(amount ?? Math.floor(body.bytes / 2), body.bytes - 1);
}

function announce(response: ServerResponse, body: ResultBody, breakage: Breakage | null): void {
  if (!breakage) {
    if (body.bytes !== null) response.setHeader("Content-Length", body.bytes);
    return;
  }
  switch (breakage.cut) {
    case "length-fin":
    case "length-rst":
    case "stall":
      return void response.setHeader("Content-Length", body.bytes ?? breakage.at + MISSING_BYTES);
    case "gzip-length":
      return void response.setHeader("Content-Length", breakage.at);
    case "close-fin":
      return delimitByClose(response);
    case "chunked-fin":
    case "gzip-chunked":
    case "short-document":
      return;
    default:
      assertNever(breakage.cut);
  }
}

function breakOff(response: ServerResponse, cut: Cut): void {
  switch (cut) {
    case "length-fin":
    case "chunked-fin":
    case "close-fin":
      return finishConnection(response);
    case "length-rst":
      return resetAfterWrites(response);
    case "gzip-length":
    case "gzip-chunked":
    case "short-document":
      return void response.end();
    case "stall":
      return;
    default:
      assertNever(cut);
  }
}

/** Written bytes may be buffered until the end of this turn of the event loop, and a reset would discard them. */
function resetAfterWrites({ socket }: ServerResponse): void {
  socket?.write("", () => resetConnection(socket));
}
