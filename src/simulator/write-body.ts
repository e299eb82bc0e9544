import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface WriteLimits {
  /** Stop after so many bytes; `null`: write all. */
  readonly bytes: number | null;
  /** Bytes per real second; `null`: as fast as the client reads. */
  readonly rate: number | null;
  readonly signal: AbortSignal;
}

const PIECES_PER_SECOND = 10;

/** Writes with back-pressure and returns how many bytes were written; stops early when the connection closes. */
export async function writeBody(
  response: ServerResponse,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  limits: WriteLimits,
): Promise<number> {
  let written = 0;
  for await (const chunk of chunks) {
    const left = limits.bytes === null ? chunk.length : Math.min(chunk.length, limits.bytes - written);
    for (const piece of cutPieces(chunk.subarray(0, left), limits.rate)) {
      if (limits.signal.aborted) return written;
      if (!response.write(piece)) await untilDrained(response, limits.signal);
      written += piece.length;
      if (limits.rate !== null) await pause(1000 / PIECES_PER_SECOND, limits.signal);
    }
    if (limits.signal.aborted || (limits.bytes !== null && written >= limits.bytes)) return written;
  }
  return written;
}

/** Waits in real time; an aborted wait just ends. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function cutPieces(chunk: Buffer, rate: number | null): Buffer[] {
  if (rate === null) return chunk.length === 0 ? [] : [chunk];
  const size = Math.max(1, Math.floor(rate / PIECES_PER_SECOND));
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) => chunk.subarray(index * size, (index + 1) * size));
}

async function untilDrained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, "drain", { signal }).catch(() => undefined);
}
