import { type JobEvent, transition } from "../../core/jobs/transition.ts";
import { type Job, jobIdOf } from "../../core/jobs/job.ts";
import type { Ports } from "../ports/ports.ts";

/** Applies an event to a job and stores the transition. `null`: another process changed the job first, and its change stands. */
export async function applyEvent(ports: Pick<Ports, "repositories" | "clock" | "emit">, job: Job, event: JobEvent): Promise<Job | null> {
  const after = transition(job, event, ports.clock.now());
  if (!(await ports.repositories.jobs.transition(job, after, event.type))) return null;
  emitTransition(ports, { before: job, after, event });
  return after;
}

export function emitTransition(
  { emit }: Pick<Ports, "emit">,
  { before, after, event }: { readonly before: Pick<Job, "state">; readonly after: Job; readonly event: JobEvent },
): void {
  emit({
    event: "job.transitioned",
    id: after.id,
    jobId: jobIdOf(after),
    connection: after.connection,
    runId: after.runId,
    export: after.exportName,
    from: before.state,
    to: after.state,
    by: event.type,
    failure: "failure" in event ? event.failure : null,
  });
}
