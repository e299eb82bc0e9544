import type { StateName } from "../../core/jobs/job.ts";
import type { RunWithJobs } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";
import { applyEvent } from "./apply-event.ts";

const RESUMABLE: ReadonlySet<StateName> = new Set(["failed", "canceled", "lost", "pending", "ready"]);

/**
 * Resumes a run: jobs that ended without a result are submitted again, and jobs that wait for their next attempt are tried now. What is
 * archived or in flight stays. Returns how many jobs it resumed.
 */
export async function retryRun(
  ports: Pick<Ports, "repositories" | "wakeUps" | "clock" | "emit">,
  { run, jobs }: RunWithJobs,
): Promise<number> {
  const stuck = jobs.filter((job) => RESUMABLE.has(job.state));
  if (stuck.length > 0 && run.outcome !== "pending") await ports.repositories.runs.setOutcome(run, "pending", null);
  let resumed = 0;
  for (const job of stuck) {
    const after = await applyEvent(ports, job, { type: "resumed" });
    if (!after) continue;
    resumed += 1;
    // What was staged belongs to a result that is given up.
    if (after.state === "pending") await ports.repositories.artifacts.forget(after.id);
    ports.wakeUps.send([after.state === "ready" ? { role: "archive", id: after.id } : { role: "submit", id: null }]);
  }
  return resumed;
}
