import { type JobEvent, moveJob } from "../core/job-transitions.ts";
import type { Job } from "../core/job.ts";
import type { Ports } from "./ports.ts";

/** Moves a job and stores the move. `null`: somebody else moved it first, and their move stands. */
export async function applyEvent(ports: Pick<Ports, "stores" | "clock" | "emit">, job: Job, event: JobEvent): Promise<Job | null> {
  const after = moveJob(job, event, ports.clock.now());
  if (!(await ports.stores.jobs.move(job, after, event.type))) return null;
  emitMove(ports, job, after, event);
  return after;
}

export function emitMove({ emit }: Pick<Ports, "emit">, before: Job, after: Job, event: JobEvent): void {
  emit({
    event: "job.moved",
    jobId: after.id,
    runId: after.runId,
    export: after.exportName,
    from: before.state,
    to: after.state,
    by: event.type,
    failure: "failure" in event ? event.failure : null,
  });
}
