import type { Failure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import type { RecordCounter } from "../core/record-counter.ts";
import { type Result, ok } from "../core/result.ts";
import type { StageRequest } from "../core/result-stager.ts";
import { type Intake, createGzipIntake, createIdentityIntake } from "./intake.ts";
import { type Counted, proveCounted, proveReceived } from "./prove-result.ts";
import { type Transfer, beginTransfer } from "./transfer.ts";
import { type DocumentWatch, watchDocument } from "./watch-document.ts";

interface Reception {
  readonly transfer: Transfer;
  readonly intake: Intake;
  readonly document: DocumentWatch;
}

/**
 * Reads the body to its end into an upload, and proves it. What is wrong inside the bytes ends the transfer at once; at its end the
 * outermost layer is asked first: the transfer, the encoding, the document, the announced totals.
 */
export async function receiveResult(request: StageRequest, upload: Upload, counter: RecordCounter): Promise<Result<Counted, Failure>> {
  const begun = await beginTransfer(request.result, request);
  if (!begun.ok) return begun;
  const transfer = begun.value;
  const document = watchDocument(counter, { announcedBytes: request.announced.uncompressedBytes, wireBytes: () => transfer.bytes() });
  const intake = transfer.sentAs === "gzip" ? createGzipIntake(upload, document) : createIdentityIntake(upload, document);
  try {
    return await receive(request, { transfer, intake, document });
  } finally {
    intake.close();
    transfer.close();
  }
}

async function receive(request: StageRequest, { transfer, intake, document }: Reception): Promise<Result<Counted, Failure>> {
  const filled = await transfer.pour((chunk) => intake.write(chunk));
  if (!filled.ok) return filled;
  const received = proveReceived(transfer.bytes(), request.result.announcedBytes);
  if (!received.ok) return received;
  const decoded = await intake.end();
  if (!decoded.ok) return decoded;
  const records = document.end();
  if (!records.ok) return records;
  const compressedBytes = transfer.sentAs === "gzip" ? transfer.bytes() : null;
  const counted = { records: records.value, uncompressedBytes: document.bytes(), compressedBytes };
  const proven = proveCounted(counted, request.announced);
  return proven.ok ? ok(counted) : proven;
}
