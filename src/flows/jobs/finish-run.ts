import type { RunId } from "../../core/base/ids.ts";
import { outcomeOf } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";

/** Ends a run whose jobs have all ended. */
export async function finishRun(ports: Pick<Ports, "repositories" | "clock" | "emit">, runId: RunId): Promise<void> {
  const found = await ports.repositories.runs.jobStates(runId);
  const outcome = found ? outcomeOf(found.states) : "pending";
  if (!found || outcome === "pending") return;
  if (await ports.repositories.runs.setOutcome(found.run, outcome, ports.clock.now())) {
    ports.emit({ event: "run.finished", runId, export: found.run.exportName, outcome });
  }
}

const BATCH = 200;

/** Ends the runs that a process left unfinished when it died. */
export async function finishRuns(ports: Pick<Ports, "repositories" | "clock" | "emit">): Promise<void> {
  for (const id of await ports.repositories.runs.listUnfinished(BATCH)) await finishRun(ports, id);
}
