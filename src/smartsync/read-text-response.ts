import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { err, ok, type Result } from "../core/base/result.ts";
import type { RequestFailure, StreamResponse } from "./transport.ts";
import { translateTransportError } from "./translate-transport-error.ts";

/** A response whose body was read into memory. */
export interface TextResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The decoded body. `null` if it exceeded the limit or could not be decompressed. */
  readonly text: string | null;
}

export interface ReadLimits {
  readonly target: string;
  /** Applies to the body before and after decompression. */
  readonly maxBytes: number;
  /** Applies to reading the whole body. */
  readonly timeoutMs: number;
}

const gunzipAsync = promisify(gunzip);

export async function readTextResponse(response: StreamResponse, limits: ReadLimits): Promise<Result<TextResponse, RequestFailure>> {
  const { status, headers, body } = response;
  let hasTimedOut = false;
  const timer = setTimeout(() => {
    hasTimedOut = true;
    body.destroy();
  }, limits.timeoutMs);
  try {
    const bytes = await readBytes(body, limits.maxBytes);
    return ok({ status, headers, text: bytes && (await decode(bytes, limits.maxBytes)) });
  } catch (error) {
    const { target } = limits;
    const failure = hasTimedOut
      ? ({ reason: "timed-out", target, detail: "reading the response took too long" } as const)
      : translateTransportError(error, target);
    return err({ failure, mayHaveReachedServer: true });
  } finally {
    clearTimeout(timer);
  }
}

async function readBytes(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop destroys the body.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Detects gzip from the bytes, because the headers of error responses are not documented. No JSON document starts like a gzip stream. */
async function decode(bytes: Buffer, maxBytes: number): Promise<string | null> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder().decode(isGzip ? await gunzipAsync(bytes, { maxOutputLength: maxBytes }) : bytes);
  } catch {
    return null;
  }
}
