import type { Failure } from "../core/base/failure.ts";
import type { Upload } from "../core/ports/object-store.ts";
import { type Result, err } from "../core/base/result.ts";
import type { CopyRequest, CopyResult } from "../core/ports/result-copier.ts";
import type { StagedObject } from "../core/ports/stored-object.ts";
import { proveReceived } from "./prove-result.ts";
import { readBody } from "./read-body.ts";

export const copyResult: CopyResult = async (request) => {
  const { result, store } = request;
  let sent: Result<StagedObject, Failure> | null = null;
  try {
    sent = await send(request);
  } finally {
    if (!sent?.ok) result.discard();
  }
  if (!sent.ok) return sent;
  const committed = await store.commit(sent.value);
  return committed.ok ? sent : committed;
};

async function send({ result, store, key, signal }: CopyRequest): Promise<Result<StagedObject, Failure>> {
  if (signal?.aborted) return err({ reason: "interrupted" });
  const begun = await store.begin(key, { mediaType: result.mediaType, encoding: result.encoding });
  if (!begun.ok) return begun;
  const upload = begun.value;
  let finished: Result<StagedObject, Failure> | null = null;
  try {
    const received = await fill({ result, signal }, upload);
    finished = received.ok ? await upload.finish() : received;
    return finished;
  } finally {
    if (!finished?.ok) await upload.abort();
  }
}

async function fill(
  { result, signal }: { readonly result: CopyRequest["result"]; readonly signal: AbortSignal | undefined },
  upload: Upload,
) {
  const reader = readBody(result.body, signal);
  let bytes = 0;
  try {
    for (;;) {
      const next = await reader.next();
      if (!next.ok) return next;
      if (next.value === null) return proveReceived(bytes, result.announcedBytes);
      bytes += next.value.length;
      const written = await upload.write(next.value);
      if (!written.ok) return written;
    }
  } finally {
    reader.close();
  }
}
