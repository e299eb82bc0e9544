import type { ResultFailure } from "../core/failure.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { Announced } from "../core/smartsync.ts";

/** What was counted while a result streamed by. */
export interface Counted {
  readonly records: number;
  readonly uncompressedBytes: number;
  /** As it was sent; `null` when it was not packed, or did not come in one piece. */
  readonly compressedBytes: number | null;
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
  for (const what of ["uncompressed", "compressed"] as const) {
    const received = counted[`${what}Bytes`];
    const stated = announced[`${what}Bytes`];
    if (received !== null && stated !== null && received !== stated) {
      return err({ reason: "bytes-differ", what, received, announced: stated });
    }
  }
  return ok(undefined);
}
