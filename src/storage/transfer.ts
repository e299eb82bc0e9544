import type { Failure } from "../core/base/failure.ts";
import { type Result, ok } from "../core/base/result.ts";
import type { ResultStream } from "../core/ports/smartsync.ts";
import { proveReceived } from "./prove-result.ts";
import { type BodyReader, readBody } from "./read-body.ts";

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A body whose first bytes have arrived, so that its encoding is known from them, whatever the headers said. */
export interface Transfer {
  readonly sentAs: "gzip" | "identity";
  /** Wire bytes so far. */
  bytes(): number;
  /** Reads to the end, and proves that as many bytes arrived as announced. `take` gets every chunk; its failure ends the transfer. */
  pour(take: (chunk: Uint8Array) => Promise<Result<void, Failure>>): Promise<Result<void, Failure>>;
  /** Stops listening to the signal, and discards a body that was not read to its end. Harmless when repeated. */
  close(): void;
}

/** Takes over the body: it is discarded here if this fails, by the transfer's `close` otherwise. */
export async function beginTransfer(stream: ResultStream, signal: AbortSignal | undefined): Promise<Result<Transfer, Failure>> {
  const reader = readBody(stream.body, signal);
  let isClosed = false;
  let isReadToItsEnd = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    reader.close();
    if (!isReadToItsEnd) stream.discard();
  };
  const head = await readHead(reader).catch((error: unknown) => {
    close();
    throw error;
  });
  if (!head.ok) {
    close();
    return head;
  }
  let bytes = 0;
  return ok({
    sentAs: stream.encoding === "gzip" && startsAsGzip(head.value) ? "gzip" : "identity",
    bytes: () => bytes,
    async pour(take) {
      let chunk: Uint8Array | null = head.value;
      while (chunk !== null) {
        bytes += chunk.length;
        const taken: Result<void, Failure> = chunk.length > 0 ? await take(chunk) : ok(undefined);
        if (!taken.ok) return taken;
        const next: Result<Uint8Array | null, Failure> = await reader.next();
        if (!next.ok) return next;
        chunk = next.value;
      }
      isReadToItsEnd = true;
      return proveReceived(bytes, stream.announcedBytes);
    },
    close,
  });
}

/** A body that was cut after its first byte is still recognized. */
function startsAsGzip(head: Uint8Array): boolean {
  return head.length > 0 && GZIP_MAGIC.every((byte, index) => head[index] === byte || index >= head.length);
}

/** The first bytes, at least two of them if the body has so many: they tell gzip from what is only called so. */
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
