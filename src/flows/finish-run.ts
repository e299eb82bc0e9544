import type { RunId } from "../core/ids.ts";
import { outcomeOf } from "../core/run.ts";
import type { Ports } from "./ports.ts";

/** Ends a run whose jobs are all over. */
export async function finishRun(ports: Pick<Ports, "stores" | "clock" | "emit">, runId: RunId): Promise<void> {
  const found = await ports.stores.runs.find(runId);
  if (!found || found.run.outcome !== "pending") return;
  const outcome = outcomeOf(found.jobs.map((job) => job.state));
  if (outcome === "pending") return;
  if (await ports.stores.runs.setOutcome(found.run, outcome, ports.clock.now())) {
    ports.emit({ event: "run.finished", runId, export: found.run.exportName, outcome });
  }
}
