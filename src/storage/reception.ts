import type { RecordCounter } from "../core/ports/record-counter.ts";
import type { OpenRest, StageRequest } from "../core/ports/result-stager.ts";
import type { Counted } from "./prove-result.ts";
import type { Broken, Refused } from "./receive-segment.ts";

/** One result that is being received. */
export interface Reception extends StageRequest {
  /** The bare media type of the result. */
  readonly mediaType: string;
  readonly createCounter: () => RecordCounter;
  /** How a broken transfer continues; `null` if it does not. */
  readonly rest: { readonly open: OpenRest; readonly totalRecords: number } | null;
}

export type ReceptionEnd = { readonly how: "whole"; readonly counted: Counted } | Broken | Refused;
