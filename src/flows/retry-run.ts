import { type StateName, isTerminal } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import type { RunWithJobs } from "../core/stores.ts";
import { admitJobs } from "./admit-jobs.ts";
import { applyEvent } from "./apply-event.ts";
import { finishRun } from "./finish-run.ts";
import type { Ports } from "./ports.ts";

/**
 * Resumes a run: jobs that are over without a result are submitted again, those that wait for their next try go on now, and what
 * is archived or on the server stays. Returns how many jobs it set going.
 */
export async function retryRun(
  ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock" | "emit">,
  { run, jobs }: RunWithJobs,
): Promise<number> {
  const stuck = jobs.filter((job) => RESUMABLE.has(job.state));
  if (stuck.length > 0 && run.outcome !== "pending") await ports.stores.runs.setOutcome(run, "pending", null);
  let resumed = 0;
  for (const job of stuck) {
    const after = await applyEvent(ports, job, { type: "resumed" });
    // What it had staged belongs to a result that is given up.
    if (after?.state === "pending") await ports.stores.artifacts.forget(after.id);
    if (after?.state === "ready") await ports.queue.send({ queue: "archive", jobId: after.id, version: after.version });
    if (after) resumed += 1;
  }
  for (const connection of new Set(stuck.map((job) => job.connection))) await admitJobs(ports, connection);
  return resumed;
}

const RESUMABLE: ReadonlySet<StateName> = new Set(["failed", "canceled", "lost", "pending", "ready"]);

/** Stops caring about a run: what is pending is not submitted, what WFM works on is not fetched. Archived jobs stay. */
export async function cancelRun(ports: Pick<Ports, "stores" | "queue" | "clock" | "emit">, { run, jobs }: RunWithJobs): Promise<number> {
  let canceled = 0;
  for (const job of jobs.filter((one) => !isTerminal(one.state) && one.state !== "submitting" && one.state !== "archiving")) {
    if (await applyEvent(ports, job, { type: "abandoned" })) canceled += 1;
  }
  if (jobs.length === 0) await cancelUnplanned(ports, run);
  else await finishRun(ports, run.id);
  return canceled;
}

async function cancelUnplanned(ports: Pick<Ports, "stores" | "clock" | "emit">, run: Run): Promise<void> {
  if (await ports.stores.runs.setOutcome(run, "canceled", ports.clock.now())) {
    ports.emit({ event: "run.finished", runId: run.id, export: run.exportName, outcome: "canceled" });
  }
}
