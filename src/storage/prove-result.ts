import type { ResultFailure } from "../core/failure.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { Announced } from "../core/smartsync.ts";

/** What was counted while a result streamed by. */
export interface Counted {
  readonly records: number;
  readonly wireBytes: number;
  readonly uncompressedBytes: number;
  /** How the bytes were sent, whatever was promised. */
  readonly sentAs: "gzip" | "identity";
}

/** Content-Length against what came. HTTP clients let a short body pass, so nobody else has compared them. */
export function proveReceived(received: number, announced: number | null): Result<void, ResultFailure> {
  if (announced === null || received === announced) return ok(undefined);
  if (received > announced) return err({ reason: "bytes-differ", what: "wire", received, announced });
  return err({ reason: "body-cut", received, detail: `${announced} bytes were announced` });
}

/** The totals of the job's status against what was counted. */
export function proveCounted(counted: Counted, announced: Announced): Result<void, ResultFailure> {
  if (announced.records === null) return err({ reason: "total-missing" });
  if (counted.records !== announced.records) {
    return err({ reason: "records-differ", counted: counted.records, announced: announced.records });
  }
  const { uncompressedBytes, compressedBytes } = announced;
  if (uncompressedBytes !== null && counted.uncompressedBytes !== uncompressedBytes) {
    return err({ reason: "bytes-differ", what: "uncompressed", received: counted.uncompressedBytes, announced: uncompressedBytes });
  }
  if (compressedBytes !== null && counted.sentAs === "gzip" && counted.wireBytes !== compressedBytes) {
    return err({ reason: "bytes-differ", what: "compressed", received: counted.wireBytes, announced: compressedBytes });
  }
  return ok(undefined);
}
