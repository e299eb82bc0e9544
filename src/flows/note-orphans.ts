import { type Orphan, destinationFor, orphanedSince } from "../core/orphan.ts";
import type { OrphanId } from "../core/ids.ts";
import { couldBe } from "../core/settle-intent.ts";
import type { JobListing, VendorJob } from "../core/smartsync.ts";
import type { Ports } from "./ports.ts";
import { raiseAlarms } from "./raise-alarms.ts";

type NotePorts = Pick<Ports, "stores" | "queue" | "catalog" | "clock" | "newId" | "emit">;

/** Takes down the finished jobs of a listing that no row of ours claims, and none can claim any more. */
export async function noteOrphans(ports: NotePorts, connection: string, listing: JobListing): Promise<void> {
  const policy = ports.catalog.findConnection(connection)?.orphans ?? "ignore";
  if (policy === "ignore") return;
  for (const status of await listStrangers(ports, connection, listing)) {
    const orphan = toOrphan(ports, connection, { status, serverTime: listing.serverTime });
    if (!(await ports.stores.orphans.add(orphan))) continue;
    const { vendorJobId, deadline } = orphan;
    ports.emit({ event: "orphan.found", connection, vendorJobId, deadline });
    const isRescued = policy === "rescue" && destinationFor(orphan, ports.catalog.exports()) !== null;
    if (!isRescued) await raiseAlarms(ports, [{ kind: "orphan-found", connection, vendorJobId, deadline }]);
  }
}

async function listStrangers({ stores, clock }: NotePorts, connection: string, listing: JobListing): Promise<VendorJob[]> {
  const finished = listing.jobs.filter((job) => job.status === "completed");
  if (finished.length === 0) return [];
  const ids = finished.map((job) => job.vendorJobId);
  // In this order: an answer that arrives meanwhile turns an intent into a claim, never the other way round.
  const intents = await stores.jobs.listByState(connection, ["submitting"]);
  const claimed = await stores.jobs.claimedVendorIds(connection, ids);
  const known = await stores.orphans.known(connection, ids);
  const offsetMs = listing.serverTime ? listing.serverTime.getTime() - clock.now().getTime() : 0;
  const mayBeClaimed = (job: VendorJob) => intents.some((intent) => intent.state === "submitting" && couldBe(intent, job, offsetMs));
  return finished.filter((job) => !claimed.has(job.vendorJobId) && !known.has(job.vendorJobId) && !mayBeClaimed(job));
}

function toOrphan(
  { clock, newId }: NotePorts,
  connection: string,
  { status, serverTime }: { readonly status: VendorJob; readonly serverTime: Date | null },
): Orphan {
  const observedAt = clock.now();
  return {
    id: newId() as OrphanId,
    connection,
    vendorJobId: status.vendorJobId,
    status,
    foundAt: observedAt,
    ...orphanedSince(status, { observedAt, serverTime }),
    version: 0,
    state: "found",
    attempt: 0,
    notBefore: null,
    lastFailure: null,
  };
}
