import type { App } from "../../app.ts";
import { type BusinessDate, type Interval, businessDateAt } from "../../core/base/business-date.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import { intervalFor } from "../../core/exports/window.ts";
import { probeNow } from "../../flows/breakers/probe-now.ts";
import { createRun } from "../../flows/schedule/create-run.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommandEmit } from "../command-log.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { findExport } from "../find-export.ts";
import { orderedInterval } from "../ordered-interval.ts";
import { readConfiguration } from "../read-configuration.ts";
import { waitForRuns } from "../wait-for-runs.ts";
import { withApp } from "../with-app.ts";
import { areWorkersAlive, withWorkers } from "../with-workers.ts";

export interface RunOptions {
  readonly from?: BusinessDate;
  readonly to?: BusinessDate;
  readonly detach?: boolean;
}

/** Runs an export now, and shows its progress until it is archived. */
export async function run(context: CommandContext, name: string, options: RunOptions): Promise<void> {
  const config = await readConfiguration(context);
  const definition = findExport(config, name);
  await withApp(context, { config, emit: createCommandEmit(context) }, async (app) => {
    const interval = intervalOf(app, definition, options);
    if (options.detach && !(await areWorkersAlive(app.ports))) {
      throw new CommandError("no worker is running; start nightferry up first, or leave out --detach", EXIT.unavailable);
    }
    await probeNow(app.ports, [definition]);
    const created = await createRun(app.ports, { exportName: name, interval, trigger: "manual" });
    if (options.detach) return context.output.line(created.id);
    await withWorkers(app, context, () => waitForRuns(context, app, [created.id]));
  });
}

function intervalOf(app: App, definition: ExportDefinition, { from, to }: RunOptions): Interval {
  if (!from && !to) return intervalFor(definition.window, businessDateAt(app.ports.clock.now(), definition.timeZone));
  if (!from || !to) throw new CommandError("give both --from and --to, or neither", EXIT.usage);
  return orderedInterval(from, to);
}
