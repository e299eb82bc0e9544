import type { Failure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import type { RecordCounter } from "../core/record-counter.ts";
import { type Result, ok } from "../core/result.ts";
import type { StageRequest } from "../core/result-stager.ts";
import { type Intake, createGzipIntake, createIdentityIntake } from "./intake.ts";
import { type Counted, proveCounted, proveReceived } from "./prove-result.ts";
import { type BodyReader, readBody } from "./read-body.ts";
import { type DocumentWatch, watchDocument } from "./watch-document.ts";

const PROGRESS_BYTES = 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A transfer under way. */
interface Transfer {
  readonly reader: BodyReader;
  readonly intake: Intake;
  readonly document: DocumentWatch;
  readonly wire: { bytes: number };
  readonly sentAs: "gzip" | "identity";
  readonly head: Uint8Array;
}

/**
 * Reads the body to its end into an upload, and proves it. What is wrong inside the bytes ends the transfer at once; at its end the
 * outermost layer is asked first: the transfer, the encoding, the document, the announced totals.
 */
export async function receiveResult(request: StageRequest, upload: Upload, counter: RecordCounter): Promise<Result<Counted, Failure>> {
  const { result, announced, signal } = request;
  const reader = readBody(result.body, signal);
  const wire = { bytes: 0 };
  const document = watchDocument(counter, { announcedBytes: announced.uncompressedBytes, wireBytes: () => wire.bytes });
  try {
    const head = await readHead(reader);
    if (!head.ok) return head;
    const isGzip = result.encoding === "gzip" && GZIP_MAGIC.every((byte, index) => head.value[index] === byte);
    const intake = isGzip ? createGzipIntake(upload, document) : createIdentityIntake(upload, document);
    try {
      return await receive(request, { reader, intake, document, wire, sentAs: isGzip ? "gzip" : "identity", head: head.value });
    } finally {
      intake.close();
    }
  } finally {
    reader.close();
  }
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

async function receive(request: StageRequest, transfer: Transfer): Promise<Result<Counted, Failure>> {
  const { intake, document, wire, sentAs } = transfer;
  const filled = await fill(request, transfer);
  if (!filled.ok) return filled;
  const received = proveReceived(wire.bytes, request.result.announcedBytes);
  if (!received.ok) return received;
  const decoded = await intake.end();
  if (!decoded.ok) return decoded;
  const records = document.end();
  if (!records.ok) return records;
  const counted = { records: records.value, wireBytes: wire.bytes, uncompressedBytes: document.bytes(), sentAs };
  const proven = proveCounted(counted, request.announced);
  return proven.ok ? ok(counted) : proven;
}

async function fill({ onProgress }: StageRequest, { reader, intake, wire, head }: Transfer): Promise<Result<void, Failure>> {
  let chunk: Uint8Array | null = head;
  let toldBytes = 0;
  while (chunk !== null) {
    if (chunk.length > 0) {
      wire.bytes += chunk.length;
      const taken = await intake.write(chunk);
      if (!taken.ok) return taken;
    }
    if (wire.bytes - toldBytes >= PROGRESS_BYTES) {
      toldBytes = wire.bytes;
      onProgress?.(wire.bytes);
    }
    const next: Result<Uint8Array | null, Failure> = await reader.next();
    if (!next.ok) return next;
    chunk = next.value;
  }
  onProgress?.(wire.bytes);
  return ok(undefined);
}
