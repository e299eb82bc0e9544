import type { Failure } from "../../core/base/failure.ts";
import type { Job } from "../../core/jobs/job.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import type { Ports } from "../ports/ports.ts";

/** A job that reconciliation claimed is not ours. The claim is dropped, and the request is submitted again. */
export async function rejectClaim(
  ports: Pick<Ports, "repositories" | "wakeUps" | "clock" | "emit">,
  job: Job,
  failure: Failure,
): Promise<void> {
  const pending = await applyEvent(ports, job, { type: "claim-rejected", failure, retryAt: ports.clock.now() });
  if (pending) ports.wakeUps.send([{ role: "submit", id: null }]);
}
