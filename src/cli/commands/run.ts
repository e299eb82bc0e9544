import type { App } from "../../app.ts";
import { type BusinessDate, type Interval, businessDateAt } from "../../core/business-date.ts";
import type { ExportDefinition } from "../../core/export-definition.ts";
import { intervalFor } from "../../core/window.ts";
import { askNow } from "../../flows/ask-now.ts";
import { createRun } from "../../flows/create-run.ts";
import { planRun } from "../../flows/plan-run.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, quietEmit, readConfiguration, withApp } from "../session.ts";
import { waitForRuns } from "../wait-for-runs.ts";
import { areWorkersAlive, withWorkers } from "../with-workers.ts";
import { findExport } from "./plan.ts";

export interface RunOptions {
  readonly from?: BusinessDate;
  readonly to?: BusinessDate;
  readonly detach?: boolean;
}

/** One run now, with progress, until it is archived. */
export async function run(session: Session, name: string, options: RunOptions): Promise<void> {
  const config = await readConfiguration(session);
  const definition = findExport(config, name);
  await withApp(session, { config, emit: quietEmit(session) }, async (app) => {
    const interval = intervalOf(app, definition, options);
    if (options.detach && !(await areWorkersAlive(app.ports))) {
      throw new CommandError("no worker is running that could do it; start nightferry up, or leave --detach out", EXIT.unavailable);
    }
    await askNow(app.ports, [definition]);
    const created = await createRun(app.ports, { exportName: name, interval, trigger: "manual" });
    if (options.detach) {
      await planRun(app.ports, created, session.interrupted);
      session.output.line(created.id);
      return;
    }
    await withWorkers(app, session, async () => {
      await planRun(app.ports, created, session.interrupted);
      await waitForRuns(session, app, [created.id]);
    });
  });
}

function intervalOf(app: App, definition: ExportDefinition, { from, to }: RunOptions): Interval {
  if (!from && !to) return intervalFor(definition.window, businessDateAt(app.ports.clock.now(), definition.timeZone));
  if (!from || !to) throw new CommandError("give both --from and --to, or neither", EXIT.usage);
  return orderedInterval(from, to);
}

export function orderedInterval(from: Interval["from"], to: Interval["to"]): Interval {
  if (from > to) throw new CommandError(`--from ${from} is after --to ${to}`, EXIT.usage);
  return { from, to };
}
