import { transitionOrphan } from "../../core/quarantine/orphan.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import type { Ports } from "../ports/ports.ts";

const BATCH = 200;

/** Releases what workers had claimed when they died: their leases have expired. */
export async function releaseExpiredLeases(ports: Pick<Ports, "repositories" | "wakeUps" | "clock" | "emit">): Promise<void> {
  const { jobs, orphans } = ports.repositories;
  const now = ports.clock.now();
  for (const job of await jobs.listExpiredLeases(now, BATCH)) {
    const ready = await applyEvent(ports, job, { type: "released", failure: { reason: "interrupted" }, retryAt: now });
    if (ready) ports.wakeUps.send([{ role: "archive", id: ready.id }]);
  }
  for (const orphan of await orphans.listExpiredLeases(now, BATCH)) {
    if (orphan.state !== "copying") continue;
    const failedAttempts = orphan.failedAttempts + 1;
    const found = transitionOrphan(orphan, { state: "found", failedAttempts, notBefore: null, lastFailure: { reason: "interrupted" } });
    await orphans.transition(orphan, found);
  }
}
