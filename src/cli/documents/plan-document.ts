import { z } from "zod";
import { interval, time } from "./document-of.ts";

/** An export as `plan --json` prints it. */
export const planSchema = z.strictObject({
  export: z.string(),
  exporter: z.string(),
  connection: z.string(),
  times: z.array(z.strictObject({ at: time, interval })).describe("the next scheduled times; empty: the export has no schedule"),
  jobs: z
    .array(
      z.strictObject({
        interval,
        partition: interval.describe("the business dates that are published together"),
        request: z.record(z.string(), z.unknown()).describe("the body of the request, as it would be submitted"),
        uri: z.string().describe("where the result would be stored"),
      }),
    )
    .describe("what the run of the first scheduled time would submit, or a run now where there is no schedule"),
  unmatched: z.array(z.string()).describe("names and ids of the selection that match nothing"),
  problem: z.string().nullable().describe("why the jobs are not known: WFM could not be asked for entities"),
});
