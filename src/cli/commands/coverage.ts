import { systemClock } from "../../app.ts";
import { type BusinessDate, addDays, businessDateAt } from "../../core/base/business-date.ts";
import type { RunId } from "../../core/base/ids.ts";
import { type CoverageDay, coverageOf } from "../../core/coverage/coverage.ts";
import type { Repositories } from "../../core/persistence/repositories.ts";
import { type MissingChunk, describeEntities, missingChunks } from "../../core/plan/missing-chunk.ts";
import type { CommandContext } from "../command-context.ts";
import { coverageDayDocument } from "../documents/coverage-document.ts";
import { findExport } from "../find-export.ts";
import { orderedInterval } from "../ordered-interval.ts";
import { readConfiguration } from "../read-configuration.ts";
import { withPersistence } from "../with-app.ts";

export interface CoverageOptions {
  readonly from?: BusinessDate;
  readonly to?: BusinessDate;
  readonly json?: boolean;
}

/** For every business date of an export, whether its data is archived. */
export async function coverage(context: CommandContext, name: string, options: CoverageOptions): Promise<void> {
  const definition = findExport(await readConfiguration(context), name);
  const to = options.to ?? addDays(businessDateAt(systemClock.now(), definition.timeZone), -1);
  const range = orderedInterval(options.from ?? addDays(to, -30), to);
  const documents = await withPersistence(context, async ({ database: { repositories } }) => {
    const days = coverageOf(await repositories.runs.coverage(name, range), range);
    const missing = await missingOfPartialDays(repositories, days);
    return days.map((day) => coverageDayDocument(day, (day.state === "partial" && day.runId && missing.get(day.runId)) || []));
  });
  const { output } = context;
  if (options.json) return output.json(documents);
  output.table(
    ["date", "state", "run", "missing"],
    documents.map((day) => [
      day.date,
      output.style(day.state === "archived" ? "green" : "yellow", day.state),
      day.runId ?? "-",
      day.missing.map(describeEntities).join("; "),
    ]),
  );
}

async function missingOfPartialDays(
  { runs }: Pick<Repositories, "runs">,
  days: readonly CoverageDay[],
): Promise<ReadonlyMap<RunId, readonly MissingChunk[]>> {
  const ids = new Set(days.flatMap(({ state, runId }) => (state === "partial" && runId ? [runId] : [])));
  const missing = new Map<RunId, readonly MissingChunk[]>();
  for (const id of ids) missing.set(id, missingChunks((await runs.find(id))?.jobs ?? []));
  return missing;
}
