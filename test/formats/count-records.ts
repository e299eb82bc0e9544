import * as fc from "fast-check";
import type { OutputFormat } from "../../src/core/exporters/built-in-exporters.ts";
import type { ResultFailure } from "../../src/core/base/failure.ts";
import type { Result } from "../../src/core/base/result.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";

/** Feeds a document to a new counter in chunks of these sizes, which repeat; without sizes in one chunk. */
export function countRecords(
  format: OutputFormat,
  document: string | Uint8Array,
  sizes: readonly number[] = [],
): Result<number, ResultFailure> {
  const bytes = typeof document === "string" ? Buffer.from(document) : document;
  const counter = createRecordCounter(format);
  let at = 0;
  for (let chunk = 0; at < bytes.length; chunk += 1) {
    const size = sizes.length === 0 ? bytes.length : (sizes[chunk % sizes.length] ?? 1);
    const pushed = counter.push(bytes.subarray(at, at + size));
    if (!pushed.ok) return pushed;
    at += size;
  }
  return counter.end();
}

export function reasonOf(result: Result<unknown, ResultFailure>): string {
  return result.ok ? "ok" : result.error.reason;
}

export const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
