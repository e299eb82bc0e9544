import type { Job } from "../core/job.ts";
import { applyEvent } from "./apply-event.ts";
import { finishRun } from "./finish-run.ts";
import { partsOf } from "./folder.ts";
import type { Ports } from "./ports.ts";

/** After a job is over without a result: the parts of its folder that waited for it are published, and the run may be over. */
export async function endJob(ports: Pick<Ports, "stores" | "queue" | "clock" | "emit">, job: Job): Promise<void> {
  const found = await ports.stores.runs.find(job.runId);
  for (const part of found ? partsOf(found.jobs, job) : []) {
    if (part.state === "ready" && part.lastFailure === null) await wake(ports, part);
  }
  await finishRun(ports, job.runId);
}

/** A part that was set aside is looked at now. */
export async function wake(ports: Pick<Ports, "stores" | "queue" | "clock" | "emit">, part: Job): Promise<void> {
  if (part.state !== "ready" || part.notBefore === null) return;
  const woken = await applyEvent(ports, part, { type: "resumed" });
  if (woken) await ports.queue.send({ queue: "archive", jobId: woken.id, version: woken.version });
}
