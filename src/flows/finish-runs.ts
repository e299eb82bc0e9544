import { finishRun } from "./finish-run.ts";
import type { Ports } from "./ports.ts";

const BATCH = 200;

/** Ends the runs whose jobs are all over, and whose end nobody has written down. */
export async function finishRuns(ports: Pick<Ports, "stores" | "clock" | "emit">): Promise<void> {
  for (const { run } of await ports.stores.runs.listUnfinished(BATCH)) await finishRun(ports, run.id);
}
