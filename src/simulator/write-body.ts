import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface WriteLimits {
  /** The number of bytes to write. `null` writes everything. */
  readonly bytes: number | null;
  /** Bytes per real second. `null` writes as fast as the client reads. */
  readonly rate: number | null;
  readonly signal: AbortSignal;
}

const WRITES_PER_SECOND = 10;

/** Writes with back-pressure, and returns the number of bytes written. Stops when the connection closes. */
export async function writeBody(
  response: ServerResponse,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  limits: WriteLimits,
): Promise<number> {
  let written = 0;
  for await (const chunk of chunks) {
    const left = limits.bytes === null ? chunk.length : Math.min(chunk.length, limits.bytes - written);
    for (const block of splitForRate(chunk.subarray(0, left), limits.rate)) {
      if (limits.signal.aborted) return written;
      if (!response.write(block)) await untilDrained(response, limits.signal);
      written += block.length;
      if (limits.rate !== null) await pause(1000 / WRITES_PER_SECOND, limits.signal);
    }
    if (limits.signal.aborted || (limits.bytes !== null && written >= limits.bytes)) return written;
  }
  return written;
}

/** Waits in real time. Returns early, without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function splitForRate(chunk: Buffer, rate: number | null): Buffer[] {
  if (rate === null) return chunk.length === 0 ? [] : [chunk];
  const size = Math.max(1, Math.floor(rate / WRITES_PER_SECOND));
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) => chunk.subarray(index * size, (index + 1) * size));
}

async function untilDrained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, "drain", { signal }).catch(() => undefined);
}
