import type { ResultFailure } from "../core/base/failure.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import type { Announced } from "../core/ports/smartsync.ts";

/** What was counted while a result streamed past. */
export interface Counted {
  readonly records: number;
  readonly uncompressedBytes: number;
  /** As it was sent; `null` if it did not arrive as gzip, or not in one transfer. */
  readonly compressedBytes: number | null;
}

/** Compares Content-Length with what arrived, because HTTP clients accept a body that is too short. */
export function proveReceived(received: number, announced: number | null): Result<void, ResultFailure> {
  if (announced === null || received === announced) return ok(undefined);
  if (received > announced) return err({ reason: "bytes-differ", what: "wire", received, announced });
  return err({ reason: "body-cut", received, detail: `${announced} bytes were announced` });
}

/** Compares the totals of the job's status with what was counted. */
export function proveCounted(counted: Counted, announced: Announced): Result<void, ResultFailure> {
  if (announced.records === null) return err({ reason: "total-missing" });
  if (counted.records !== announced.records) {
    return err({ reason: "records-differ", counted: counted.records, announced: announced.records });
  }
  for (const what of ["uncompressed", "compressed"] as const) {
    const received = counted[`${what}Bytes`];
    const stated = announced[`${what}Bytes`];
    if (received !== null && stated !== null && received !== stated) {
      return err({ reason: "bytes-differ", what, received, announced: stated });
    }
  }
  return ok(undefined);
}
