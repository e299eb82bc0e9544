import { isTerminal } from "../../core/jobs/job.ts";
import type { Run, RunWithJobs } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";
import { applyEvent } from "./apply-event.ts";
import { finishRun } from "./finish-run.ts";

/**
 * Cancels a run: pending jobs are not submitted, and results of jobs in flight are not fetched. Archived jobs stay. Returns how many jobs
 * it canceled.
 */
export async function cancelRun(ports: Pick<Ports, "repositories" | "clock" | "emit">, { run, jobs }: RunWithJobs): Promise<number> {
  let canceled = 0;
  for (const job of jobs.filter((one) => !isTerminal(one.state) && one.state !== "submitting" && one.state !== "archiving")) {
    if (await applyEvent(ports, job, { type: "abandoned" })) canceled += 1;
  }
  if (jobs.length === 0) await cancelUnplanned(ports, run);
  else await finishRun(ports, run.id);
  return canceled;
}

async function cancelUnplanned(ports: Pick<Ports, "repositories" | "clock" | "emit">, run: Run): Promise<void> {
  if (await ports.repositories.runs.setOutcome(run, "canceled", ports.clock.now())) {
    ports.emit({ event: "run.finished", runId: run.id, export: run.exportName, outcome: "canceled" });
  }
}
