import { systemClock } from "../../app.ts";
import { type BusinessDate, addDays, businessDateAt } from "../../core/business-date.ts";
import { coverageOf } from "../../core/coverage.ts";
import { type Session, readConfiguration, withTruth } from "../session.ts";
import { findExport } from "./plan.ts";
import { orderedInterval } from "./run.ts";

export interface CoverageOptions {
  readonly from?: BusinessDate;
  readonly to?: BusinessDate;
  readonly json?: boolean;
}

/** For every business date of an export, whether you have it. */
export async function coverage(session: Session, name: string, options: CoverageOptions): Promise<void> {
  const definition = findExport(await readConfiguration(session), name);
  const to = options.to ?? addDays(businessDateAt(systemClock.now(), definition.timeZone), -1);
  const range = orderedInterval(options.from ?? addDays(to, -30), to);
  const jobs = await withTruth(session, ({ database }) => database.stores.runs.coverage(name, range));
  const days = coverageOf(jobs, range);
  const { output } = session;
  if (options.json) return output.json(days);
  output.table(
    ["date", "state", "run"],
    days.map((day) => [day.date, output.style(day.state === "archived" ? "green" : "yellow", day.state), day.runId ?? "-"]),
  );
}
