import { askNow } from "../../flows/ask-now.ts";
import { cancelRun, retryRun } from "../../flows/retry-run.ts";
import { createRun } from "../../flows/create-run.ts";
import { planRun } from "../../flows/plan-run.ts";
import { type Session, quietEmit, readConfiguration, withApp } from "../session.ts";
import { quantity } from "./check.ts";
import { findExport } from "./plan.ts";
import { findRun } from "./show.ts";

/** Resumes a run, starts it over, or stops caring about it. Workers do the rest: those that run, or the next ones. */
export async function changeRun(session: Session, verb: "retry" | "rerun" | "cancel", id: string): Promise<void> {
  const config = await readConfiguration(session);
  await withApp(session, { config, emit: quietEmit(session) }, async ({ ports }) => {
    const found = await findRun(ports.stores, id);
    const { output } = session;
    switch (verb) {
      case "retry":
        await askNow(ports, found.jobs);
        if (found.run.selection === null) await planRun(ports, found.run, session.interrupted);
        return output.line(`${quantity(await retryRun(ports, found), "job")} going on`);
      case "cancel":
        return output.line(`${quantity(await cancelRun(ports, found), "job")} canceled`);
      default: {
        await askNow(ports, [findExport(config, found.run.exportName)]);
        const { exportName, interval } = found.run;
        const again = await createRun(ports, { exportName, interval, trigger: "manual" });
        await planRun(ports, again, session.interrupted);
        output.line(again.id);
      }
    }
  });
}
