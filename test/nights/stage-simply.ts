import type { Failure } from "../../src/core/base/failure.ts";
import type { Upload } from "../../src/core/ports/object-store.ts";
import { type Result, err, ok } from "../../src/core/base/result.ts";
import type { StageRequest, StageResult } from "../../src/core/ports/result-stager.ts";
import { TransferError } from "../../src/core/ports/smartsync.ts";
import type { StagedResult } from "../../src/core/ports/stored-object.ts";

/** A result's body in a simulated night: whose it is, how many records it has, and of which entities. */
export interface Content {
  readonly job: string;
  readonly rows: number;
  readonly ids: readonly number[];
}

const contents = new WeakMap<Uint8Array, Content | null>();

/** What is stored is never written to, so it is read once. */
export function parseContent(bytes: Uint8Array): Content | null {
  const before = contents.get(bytes);
  if (before !== undefined) return before;
  const content = parse(bytes);
  contents.set(bytes, content);
  return content;
}

function parse(bytes: Uint8Array): Content | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Content;
  } catch {
    return null;
  }
}

/** The proof of `storage/stage-result.ts` without its pipeline: the same steps and the same failures, on promises alone. */
export const stageSimply: StageResult = async (request) => {
  let staged: Result<StagedResult, Failure> | null = null;
  try {
    staged = await stage(request);
    return staged;
  } finally {
    if (!staged?.ok) request.result.discard();
  }
};

async function stage({ store, key, result, announced, check, signal }: StageRequest): Promise<Result<StagedResult, Failure>> {
  if (signal?.aborted) return err({ reason: "interrupted" });
  const begun = await store.begin(key, { mediaType: result.mediaType, encoding: "gzip" });
  if (!begun.ok) return begun;
  let staged: Result<StagedResult, Failure> | null = null;
  try {
    staged = await fill(begun.value, { result, announced, check }, signal);
    return staged;
  } finally {
    if (!staged?.ok) await begun.value.abort();
  }
}

async function fill(
  upload: Upload,
  { result, announced, check }: Pick<StageRequest, "result" | "announced" | "check">,
  signal?: AbortSignal,
): Promise<Result<StagedResult, Failure>> {
  const received: Uint8Array[] = [];
  try {
    for await (const chunk of result.body) {
      if (signal?.aborted) return err({ reason: "interrupted" });
      received.push(chunk);
      const written = await upload.write(chunk);
      if (!written.ok) return written;
    }
  } catch (error) {
    if (error instanceof TransferError) return err(error.failure);
    throw error;
  }
  const body = Buffer.concat(received);
  const content = parseContent(body);
  const rows = content?.rows ?? null;
  if (result.announcedBytes !== null && body.byteLength !== result.announcedBytes) {
    return err({ reason: "bytes-differ", what: "wire", received: body.byteLength, announced: result.announcedBytes });
  }
  if (rows === null) return err({ reason: "document-cut", detail: "the document has no end" });
  if (announced.records === null) return err({ reason: "total-missing" });
  if (rows !== announced.records) return err({ reason: "records-differ", counted: rows, announced: announced.records });
  const notRequested = content?.ids.map((id) => check?.check("muID", String(id)) ?? null).find((failure) => failure !== null);
  if (notRequested) return err(notRequested);
  if (signal?.aborted) return err({ reason: "interrupted" });
  const finished = await upload.finish();
  return finished.ok ? ok({ ...finished.value, records: rows, uncompressedBytes: body.byteLength }) : finished;
}
