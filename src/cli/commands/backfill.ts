import type { Interval } from "../../core/business-date.ts";
import { askNow } from "../../flows/ask-now.ts";
import { backfillExport } from "../../flows/backfill-export.ts";
import { planRun } from "../../flows/plan-run.ts";
import { type Session, quietEmit, readConfiguration, withApp } from "../session.ts";
import { waitForRuns } from "../wait-for-runs.ts";
import { withWorkers } from "../with-workers.ts";
import { quantity } from "./check.ts";
import { findExport } from "./plan.ts";
import { orderedInterval } from "./run.ts";

/** Runs for every business date of the range that is not archived yet, inside the connection's budget. */
export async function backfill(session: Session, name: string, range: Interval): Promise<void> {
  const interval = orderedInterval(range.from, range.to);
  const config = await readConfiguration(session);
  const definition = findExport(config, name);
  await withApp(session, { config, emit: quietEmit(session) }, async (app) => {
    const { runs, archived, pending } = await backfillExport(app.ports, name, interval);
    const { output } = session;
    if (archived.length > 0) output.note(`${quantity(archived.length, "date")} archived already`);
    if (pending.length > 0) output.note(`${quantity(pending.length, "date")} on the way already: ${pending.join(", ")}`);
    if (runs.length === 0) return output.line("nothing to do");
    await askNow(app.ports, [definition]);
    await withWorkers(app, session, async () => {
      for (const run of runs) if (!session.interrupted.aborted) await planRun(app.ports, run, session.interrupted);
      await waitForRuns(
        session,
        app,
        runs.map((run) => run.id),
      );
    });
  });
}
