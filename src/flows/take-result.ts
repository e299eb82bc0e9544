import type { Archiving, Job, JobFacts } from "../core/job.ts";
import { type System, closedAt } from "../core/outage.ts";
import { applyEvent } from "./apply-event.ts";
import { type Passage, claimPassage } from "./ask-passage.ts";
import type { Ports } from "./ports.ts";
import { LEASE_MS } from "./with-lease.ts";

export type ArchivingJob = JobFacts & Archiving;

export interface TakenResult {
  readonly job: ArchivingJob;
  readonly passage: Passage;
}

/** Takes the ready result whose deadline comes first, among those whose systems do their work. `null`: there is none. */
export async function takeResult(ports: Pick<Ports, "stores" | "clock" | "newId" | "emit">): Promise<TakenResult | null> {
  for (;;) {
    const now = ports.clock.now();
    const outages = await ports.stores.outages.list();
    const [ready] = await ports.stores.jobs.listReady({ now, closed: closedAt(outages, now), limit: 1 });
    if (!ready) return null;
    const passage = await claimPassage(ports, outages, systemsOf(ready));
    if (!passage) continue;
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const taken = await applyEvent(ports, ready, { type: "taken", token: ports.newId(), leaseUntil });
    if (taken?.state === "archiving") return { job: taken, passage };
  }
}

/** What archiving a job needs: its destination, and its connection unless the result is here already. */
export function systemsOf(job: Job): System[] {
  const destination: System = { kind: "destination", name: job.destination };
  return "rescue" in job && job.rescue ? [destination] : [destination, { kind: "connection", name: job.connection }];
}
