import { probeNow } from "../../flows/breakers/probe-now.ts";
import { cancelRun } from "../../flows/jobs/cancel-run.ts";
import { retryRun } from "../../flows/jobs/retry-run.ts";
import { createRun } from "../../flows/schedule/create-run.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommandEmit } from "../command-log.ts";
import { findExport } from "../find-export.ts";
import { findRun } from "../find-run.ts";
import { quantity } from "../output.ts";
import { readConfiguration } from "../read-configuration.ts";
import { withApp } from "../with-app.ts";

/** Resumes a run, starts it over, or cancels it. Workers do the rest: those that run now, or the next ones. */
export async function changeRun(context: CommandContext, verb: "retry" | "rerun" | "cancel", id: string): Promise<void> {
  const config = await readConfiguration(context);
  await withApp(context, { config, emit: createCommandEmit(context) }, async ({ ports }) => {
    const found = await findRun(ports.repositories, id);
    const { output } = context;
    switch (verb) {
      case "retry": {
        await probeNow(ports, found.jobs);
        if (found.run.selection === null) ports.wakeUps.send([{ role: "submit", id: found.run.id }]);
        return output.line(`${quantity(await retryRun(ports, found), "job")} resumed`);
      }
      case "cancel":
        return output.line(`${quantity(await cancelRun(ports, found), "job")} canceled`);
      default: {
        const { exportName, interval } = found.run;
        await probeNow(ports, [findExport(config, exportName)]);
        output.line((await createRun(ports, { exportName, interval, trigger: "manual" })).id);
      }
    }
  });
}
