import type { Failure } from "../core/base/failure.ts";
import type { Upload } from "../core/ports/object-store.ts";
import type { CreateRecordCounter } from "../core/ports/record-counter.ts";
import { err, ok } from "../core/base/result.ts";
import type { StageRequest, StageResult } from "../core/ports/result-stager.ts";
import type { StagedResult } from "../core/ports/stored-object.ts";
import { checkMediaType } from "./check-media-type.ts";
import { proveCounted } from "./prove-result.ts";
import { receiveAsSent } from "./receive-as-sent.ts";
import type { Broken, Refused } from "./receive-segment.ts";
import { receiveSegments } from "./receive-segments.ts";
import type { Reception, ReceptionEnd } from "./reception.ts";
import { type Transfer, beginTransfer } from "./transfer.ts";

/** Smaller results are fetched again as a whole. */
const LARGE_BYTES = 8 * 1024 * 1024;

export interface StageResultOptions {
  readonly createRecordCounter: CreateRecordCounter;
  /** From this announced size on, and if no size is announced, a broken transfer continues. */
  readonly largeBytes?: number;
}

type Staging = { readonly how: "staged"; readonly result: StagedResult } | Broken | Refused;

/** Every result is stored as gzip: byte for byte as it arrived if it arrived so, compressed on the way otherwise. */
export function createStageResult(options: StageResultOptions): StageResult {
  return async (request) => {
    const { result, outputFormat, signal } = request;
    const mediaType = signal?.aborted ? INTERRUPTED : checkMediaType(result.mediaType, outputFormat);
    if (!mediaType.ok) {
      result.discard();
      return mediaType;
    }
    const begun = await beginTransfer(result, signal);
    if (!begun.ok) return begun;
    try {
      const staging = await stage(toReception(request, mediaType.value, options), begun.value);
      return staging.how === "staged" ? ok(staging.result) : err(staging.failure);
    } finally {
      begun.value.close();
    }
  };
}

const INTERRUPTED = err<Failure>({ reason: "interrupted" });

function toReception(request: StageRequest, mediaType: string, options: StageResultOptions): Reception {
  const { openRest, announced, outputFormat, check } = request;
  const { createRecordCounter, largeBytes = LARGE_BYTES } = options;
  const isLarge = announced.uncompressedBytes === null || announced.uncompressedBytes >= largeBytes;
  const rest = openRest && isLarge && announced.records !== null ? { open: openRest, totalRecords: announced.records } : null;
  return { ...request, mediaType, createCounter: () => createRecordCounter(outputFormat, check), rest };
}

/** Gzip without an end cannot be continued: if a large one breaks off, it starts over once, as segments. */
async function stage(reception: Reception, transfer: Transfer): Promise<Staging> {
  if (transfer.sentAs === "identity") return await fillUpload(reception, (upload) => receiveSegments(reception, transfer, upload));
  const asSent = await fillUpload(reception, (upload) => receiveAsSent(reception, transfer, upload));
  if (asSent.how !== "broken" || !reception.rest) return asSent;
  return await fillUpload(reception, (upload) => receiveSegments(reception, asSent, upload));
}

async function fillUpload(reception: Reception, receive: (upload: Upload) => Promise<ReceptionEnd>): Promise<Staging> {
  const { store, key, mediaType } = reception;
  const begun = await store.begin(key, { mediaType, encoding: "gzip" });
  if (!begun.ok) return { how: "refused", failure: begun.error };
  const upload = begun.value;
  let staging: Staging | null = null;
  try {
    staging = await finish(reception, upload, await receive(upload));
    return staging;
  } finally {
    if (staging?.how !== "staged") await upload.abort();
  }
}

async function finish({ announced, signal }: Reception, upload: Upload, end: ReceptionEnd): Promise<Staging> {
  if (end.how !== "whole") return end;
  const { counted } = end;
  const proven = signal?.aborted ? INTERRUPTED : proveCounted(counted, announced);
  const finished = proven.ok ? await upload.finish() : proven;
  if (!finished.ok) return { how: "refused", failure: finished.error };
  return { how: "staged", result: { ...finished.value, records: counted.records, uncompressedBytes: counted.uncompressedBytes } };
}
