import type { BusinessDate, Interval } from "../../core/base/business-date.ts";
import { coverageOf } from "../../core/coverage/coverage.ts";
import type { Run } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";
import { createRun } from "./create-run.ts";

/** Creates a run for every business date of the range that is neither archived nor pending. */
export async function backfillExport(
  ports: Pick<Ports, "repositories" | "wakeUps" | "clock" | "newId" | "emit">,
  exportName: string,
  range: Interval,
): Promise<{ readonly runs: readonly Run[]; readonly archived: readonly BusinessDate[]; readonly pending: readonly BusinessDate[] }> {
  const days = coverageOf(await ports.repositories.runs.coverage(exportName, range), range);
  const runs: Run[] = [];
  for (const { date } of days.filter(({ state }) => state !== "archived" && state !== "pending")) {
    runs.push(await createRun(ports, { exportName, interval: { from: date, to: date }, trigger: "backfill" }));
  }
  const datesIn = (state: string) => days.filter((day) => day.state === state).map((day) => day.date);
  return { runs, archived: datesIn("archived"), pending: datesIn("pending") };
}
