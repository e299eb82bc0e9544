import { z } from "zod";
import type { CoverageDay, CoverageState } from "../../core/coverage/coverage.ts";
import { type MissingChunk, coversDate } from "../../core/plan/missing-chunk.ts";
import { type DocumentOf, missing } from "./document-of.ts";

const STATES = ["archived", "partial", "pending", "missing", "lost"] as const satisfies readonly CoverageState[];

/** A business date as `coverage --json` prints it. */
export const coverageDaySchema = z.strictObject({
  date: z.iso.date(),
  state: z.enum(STATES),
  runId: z.uuid().nullable().describe("the run that decides the state; null: there is none"),
  missing: missing.describe("for a partial date: what was requested and has no result"),
});

/** `chunks`: what is missing from the run that decides the state. */
export function coverageDayDocument(
  { date, state, runId }: CoverageDay,
  chunks: readonly MissingChunk[],
): DocumentOf<typeof coverageDaySchema> {
  return { date, state, runId, missing: chunks.filter((chunk) => coversDate(chunk, date)) };
}
