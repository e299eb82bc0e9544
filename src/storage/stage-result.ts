import type { Failure } from "../core/failure.ts";
import type { Upload } from "../core/object-store.ts";
import type { CreateRecordCounter } from "../core/record-counter.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { StageRequest, StageResult } from "../core/result-stager.ts";
import type { StagedResult } from "../core/stored-object.ts";
import { checkMediaType } from "./check-media-type.ts";
import type { Counted } from "./prove-result.ts";
import { receiveInPieces } from "./receive-in-pieces.ts";
import { receiveResult } from "./receive-result.ts";

/** Smaller results are fetched again as a whole, and stored as they came. */
const LARGE_BYTES = 8 * 1024 * 1024;

export interface StageResultOptions {
  readonly createRecordCounter: CreateRecordCounter;
  /** From this announced size on, or of an unknown one, a result may come in pieces. */
  readonly largeBytes?: number;
}

/** Every result is stored as gzip: as sent where it was sent so, compressed on the way otherwise and where it may come in pieces. */
export function createStageResult(options: StageResultOptions): StageResult {
  return async (request) => {
    let staged: Result<StagedResult, Failure> | null = null;
    try {
      staged = await stage(request, options);
      return staged;
    } finally {
      if (!staged?.ok) request.result.discard();
    }
  };
}

async function stage(request: StageRequest, options: StageResultOptions): Promise<Result<StagedResult, Failure>> {
  const { result, store, key, outputFormat, signal } = request;
  if (signal?.aborted) return err({ reason: "interrupted" });
  const mediaType = checkMediaType(result.mediaType, outputFormat);
  if (!mediaType.ok) return mediaType;
  const begun = await store.begin(key, { mediaType: mediaType.value, encoding: "gzip" });
  if (!begun.ok) return begun;
  const upload = begun.value;
  let staged: Result<StagedResult, Failure> | null = null;
  try {
    staged = await fillUpload(request, upload, options);
    return staged;
  } finally {
    if (!staged?.ok) await upload.abort();
  }
}

async function fillUpload(request: StageRequest, upload: Upload, options: StageResultOptions): Promise<Result<StagedResult, Failure>> {
  const counted = await receive(request, upload, options);
  if (!counted.ok) return counted;
  if (request.signal?.aborted) return err({ reason: "interrupted" });
  const finished = await upload.finish();
  if (!finished.ok) return finished;
  return ok({ ...finished.value, records: counted.value.records, uncompressedBytes: counted.value.uncompressedBytes });
}

function receive(request: StageRequest, upload: Upload, options: StageResultOptions): Promise<Result<Counted, Failure>> {
  const { openRest, announced, outputFormat } = request;
  const { createRecordCounter, largeBytes = LARGE_BYTES } = options;
  const counter = createRecordCounter(outputFormat, request.check);
  const isLarge = announced.uncompressedBytes === null || announced.uncompressedBytes >= largeBytes;
  if (!openRest || !isLarge || announced.records === null) return receiveResult(request, upload, counter);
  return receiveInPieces({ ...request, openRest, totalRecords: announced.records }, upload, counter);
}
