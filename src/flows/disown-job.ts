import type { Failure } from "../core/failure.ts";
import type { Job } from "../core/job.ts";
import { admitJobs } from "./admit-jobs.ts";
import { applyEvent } from "./apply-event.ts";
import type { Ports } from "./ports.ts";

/** A job of the server that was taken for ours is not: it is let go, and what we asked for is submitted again. */
export async function disownJob(
  ports: Pick<Ports, "stores" | "queue" | "catalog" | "clock" | "emit">,
  job: Job,
  failure: Failure,
): Promise<void> {
  const pending = await applyEvent(ports, job, { type: "disowned", failure, retryAt: ports.clock.now() });
  if (pending) await admitJobs(ports, job.connection);
}
