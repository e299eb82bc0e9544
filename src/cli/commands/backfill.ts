import type { Interval } from "../../core/base/business-date.ts";
import { probeNow } from "../../flows/breakers/probe-now.ts";
import { backfillExport } from "../../flows/schedule/backfill-export.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommandEmit } from "../command-log.ts";
import { findExport } from "../find-export.ts";
import { orderedInterval } from "../ordered-interval.ts";
import { quantity } from "../output.ts";
import { readConfiguration } from "../read-configuration.ts";
import { waitForRuns } from "../wait-for-runs.ts";
import { withApp } from "../with-app.ts";
import { withWorkers } from "../with-workers.ts";

/** Runs an export for every business date of the range that is not archived yet, within the connection's concurrency limit. */
export async function backfill(context: CommandContext, name: string, range: Interval): Promise<void> {
  const interval = orderedInterval(range.from, range.to);
  const config = await readConfiguration(context);
  const definition = findExport(config, name);
  await withApp(context, { config, emit: createCommandEmit(context) }, async (app) => {
    const { runs, archived, pending } = await backfillExport(app.ports, name, interval);
    const { output } = context;
    if (archived.length > 0) output.note(`${quantity(archived.length, "date")} already archived`);
    if (pending.length > 0) output.note(`${quantity(pending.length, "date")} already pending: ${pending.join(", ")}`);
    if (runs.length === 0) return output.line("no run is needed");
    await probeNow(app.ports, [definition]);
    const ids = runs.map((run) => run.id);
    await withWorkers(app, context, () => waitForRuns(context, app, ids));
  });
}
