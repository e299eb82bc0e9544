import type { ResultFailure } from "../core/base/failure.ts";
import type { RecordCounter } from "../core/ports/record-counter.ts";
import { type Result, err } from "../core/base/result.ts";

const MEBIBYTE = 1024 * 1024;
const SLACK_BYTES = MEBIBYTE;
/** Deflate reaches at most 1,032:1, and a list of records not even half of that. Small documents are exempt. */
const MAX_RATIO = 500;
const RATIO_FROM_BYTES = 64 * MEBIBYTE;

/** A record counter that also measures, and that stops a document which exceeds its limits. */
export interface DocumentWatch extends RecordCounter {
  /** Decoded bytes so far. */
  bytes(): number;
}

export interface DocumentLimits {
  /** Decoded bytes that the server announced. */
  readonly announcedBytes: number | null;
  /** Bytes received so far. */
  readonly wireBytes: () => number;
}

export function watchDocument(counter: RecordCounter, { announcedBytes, wireBytes }: DocumentLimits): DocumentWatch {
  let bytes = 0;

  return {
    ...counter,
    push(chunk): Result<void, ResultFailure> {
      bytes += chunk.length;
      if (announcedBytes !== null && bytes > announcedBytes + SLACK_BYTES) {
        return err({ reason: "document-malformed", detail: `it continues after ${bytes} bytes, but ${announcedBytes} were announced` });
      }
      if (bytes > RATIO_FROM_BYTES && bytes > MAX_RATIO * wireBytes()) {
        return err({
          reason: "document-malformed",
          detail: `the ${wireBytes()} bytes received expand to more than ${MAX_RATIO} times as many`,
        });
      }
      return counter.push(chunk);
    },
    bytes: () => bytes,
  };
}
