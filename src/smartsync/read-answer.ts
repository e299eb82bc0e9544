import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { err, ok, type Result } from "../core/result.ts";
import type { CallFailure, Reply } from "./transport.ts";
import { translateTransportError } from "./translate-transport-error.ts";

/** A small answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as text; `null` when it was larger than allowed or could not be unpacked. */
  readonly text: string | null;
}

export interface ReadLimits {
  readonly target: string;
  /** Of the body, before and after it is unpacked. */
  readonly maxBytes: number;
  /** For the body as a whole. */
  readonly timeoutMs: number;
}

const gunzipAsync = promisify(gunzip);

export async function readAnswer(reply: Reply, limits: ReadLimits): Promise<Result<Answer, CallFailure>> {
  const { status, headers, body } = reply;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    body.destroy();
  }, limits.timeoutMs);
  try {
    const bytes = await readBytes(body, limits.maxBytes);
    return ok({ status, headers, text: bytes && (await unpack(bytes, limits.maxBytes)) });
  } catch (error) {
    const { target } = limits;
    const failure = isLate
      ? ({ reason: "timed-out", target, detail: "reading the answer took too long" } as const)
      : translateTransportError(error, target);
    return err({ failure, mayHaveArrived: true });
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

/** Goes by the bytes: no JSON begins like a gzip stream, and headers of error answers are not documented. */
async function unpack(bytes: Buffer, maxBytes: number): Promise<string | null> {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder().decode(isPacked ? await gunzipAsync(bytes, { maxOutputLength: maxBytes }) : bytes);
  } catch {
    return null;
  }
}
