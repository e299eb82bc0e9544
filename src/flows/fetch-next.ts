import type { Orphan } from "../core/orphan.ts";
import { closedAt } from "../core/outage.ts";
import type { ArchivePorts } from "./archive-job.ts";
import { archiveNext } from "./archive-next.ts";
import { rescueOrphan } from "./rescue-orphan.ts";

/** Brings the result whose deadline comes first to safety: one that a run asked for, or an orphan. `false`: there was nothing to do. */
export async function fetchNext(ports: ArchivePorts, signal?: AbortSignal): Promise<boolean> {
  const orphan = await mostUrgentOrphan(ports);
  if (orphan && (await rescueOrphan(ports, orphan, signal))) return true;
  return await archiveNext(ports, signal);
}

/** `null`: no orphan is more urgent than what runs asked for. */
async function mostUrgentOrphan({ stores, catalog, clock }: ArchivePorts): Promise<Orphan | null> {
  const now = clock.now();
  const closed = closedAt(await stores.outages.list(), now);
  const names = new Set(catalog.exports().map(({ connection }) => connection));
  const connections = [...names].filter((name) => catalog.findConnection(name)?.orphans === "rescue" && !closed.connections.includes(name));
  const [orphan] = await stores.orphans.listFound({ connections, now, limit: 1 });
  if (!orphan) return null;
  const [job] = await stores.jobs.listReady({ now, closed, limit: 1 });
  const isJobUrgent = job?.state === "ready" && job.rescue === null && job.deadline <= orphan.deadline;
  return isJobUrgent ? null : orphan;
}
