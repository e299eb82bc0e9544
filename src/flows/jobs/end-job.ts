import { chunksOf } from "../../core/jobs/same-partition.ts";
import type { Job } from "../../core/jobs/job.ts";
import type { Ports } from "../ports/ports.ts";
import { applyEvent } from "./apply-event.ts";
import { finishRun } from "./finish-run.ts";

type EndPorts = Pick<Ports, "repositories" | "wakeUps" | "clock" | "emit">;

/** A job ended without a result: chunks of its partition that waited for it can be published, and the run may have ended. */
export async function endJob(ports: EndPorts, job: Job): Promise<void> {
  const found = await ports.repositories.runs.find(job.runId);
  for (const chunk of found ? chunksOf(found.jobs, job) : []) {
    if (chunk.state === "ready" && chunk.lastFailure === null) await resumeDeferred(ports, chunk);
  }
  await finishRun(ports, job.runId);
}

/** A deferred chunk is archived now. */
export async function resumeDeferred(ports: EndPorts, chunk: Job): Promise<void> {
  if (chunk.state !== "ready" || chunk.notBefore === null) return;
  const resumed = await applyEvent(ports, chunk, { type: "resumed" });
  if (resumed) ports.wakeUps.send([{ role: "archive", id: resumed.id }]);
}
