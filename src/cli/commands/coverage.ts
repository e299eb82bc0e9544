import { systemClock } from "../../app.ts";
import { type BusinessDate, addDays, businessDateAt } from "../../core/business-date.ts";
import { type CoverageDay, coverageOf } from "../../core/coverage.ts";
import type { RunId } from "../../core/ids.ts";
import { type MissingPart, coversDate, describeEntities, missingParts } from "../../core/missing-part.ts";
import type { Stores } from "../../core/stores.ts";
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
  const days = await withTruth(session, async ({ database: { stores } }) => {
    const covered = coverageOf(await stores.runs.coverage(name, range), range);
    return await nameMissing(stores, covered);
  });
  const { output } = session;
  if (options.json) return output.json(days);
  output.table(
    ["date", "state", "run", "what is missing"],
    days.map((day) => [
      day.date,
      output.style(day.state === "archived" ? "green" : "yellow", day.state),
      day.runId ?? "-",
      day.missing.map(describeEntities).join("; "),
    ]),
  );
}

/** What of a partial date is not there. */
async function nameMissing({ runs }: Stores, days: readonly CoverageDay[]) {
  const partial = new Set(days.flatMap(({ state, runId }) => (state === "partial" && runId ? [runId] : [])));
  const parts = new Map<RunId, readonly MissingPart[]>();
  for (const runId of partial) parts.set(runId, missingParts((await runs.find(runId))?.jobs ?? []));
  return days.map((day) => {
    const found = day.state === "partial" && day.runId ? (parts.get(day.runId) ?? []) : [];
    return { ...day, missing: found.filter((part) => coversDate(part, day.date)) };
  });
}
