import type { Failure } from "../core/failure.ts";
import { type Result, ok } from "../core/result.ts";
import type { ResultStream } from "../core/smartsync.ts";
import { type BodyReader, readBody } from "./read-body.ts";

const PROGRESS_BYTES = 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** One body on its way, begun: it is known how it was sent, whatever was promised. */
export interface Transfer {
  readonly sentAs: "gzip" | "identity";
  /** Wire bytes so far. */
  bytes(): number;
  /** Reads to the end; `take` gets every chunk, and ends it by a failure. */
  pour(take: (chunk: Uint8Array) => Promise<Result<void, Failure>>): Promise<Result<void, Failure>>;
  /** Stops listening to the signal. */
  close(): void;
}

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then, and at the end, how many wire bytes have come. */
  readonly onProgress?: ((wireBytes: number) => void) | undefined;
}

export async function beginTransfer(
  { body, encoding }: Pick<ResultStream, "body" | "encoding">,
  { signal, onProgress }: TransferOptions,
): Promise<Result<Transfer, Failure>> {
  const reader = readBody(body, signal);
  const head = await readHead(reader);
  if (!head.ok) {
    reader.close();
    return head;
  }
  const isGzip = encoding === "gzip" && startsAsGzip(head.value);
  let bytes = 0;
  return ok({
    sentAs: isGzip ? "gzip" : "identity",
    bytes: () => bytes,
    async pour(take) {
      let chunk: Uint8Array | null = head.value;
      let toldBytes = 0;
      while (chunk !== null) {
        bytes += chunk.length;
        const taken: Result<void, Failure> = chunk.length > 0 ? await take(chunk) : ok(undefined);
        if (!taken.ok) return taken;
        if (bytes - toldBytes >= PROGRESS_BYTES) {
          toldBytes = bytes;
          onProgress?.(bytes);
        }
        const next: Result<Uint8Array | null, Failure> = await reader.next();
        if (!next.ok) return next;
        chunk = next.value;
      }
      onProgress?.(bytes);
      return ok(undefined);
    },
    close: () => reader.close(),
  });
}

/** A body that was cut after its first byte still tells. */
function startsAsGzip(head: Uint8Array): boolean {
  return head.length > 0 && GZIP_MAGIC.every((byte, index) => head[index] === byte || index >= head.length);
}

/** The first bytes, at least two where there are so many: they tell gzip from what was only called so. */
async function readHead(reader: BodyReader): Promise<Result<Uint8Array, Failure>> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await reader.next();
    if (!next.ok) return next;
    if (next.value === null) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return ok(head);
}
