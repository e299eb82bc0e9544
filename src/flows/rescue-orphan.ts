import type { Failure } from "../core/failure.ts";
import { type Orphan, destinationFor, moveOrphan } from "../core/orphan.ts";
import type { OutputFormat } from "../core/exporter-catalog.ts";
import type { System } from "../core/outage.ts";
import { type RescuedCopy, wrongSize } from "../core/rescue.ts";
import { type Result, err } from "../core/result.ts";
import { ARCHIVE_RETRY, retryAt } from "../core/retry-policy.ts";
import type { VendorJob } from "../core/smartsync.ts";
import { type Passage, askPassage } from "./ask-passage.ts";
import type { Ports } from "./ports.ts";
import { raiseAlarms } from "./raise-alarms.ts";
import { reportFailure, reportSuccess } from "./report-outcome.ts";
import { rescueResult } from "./rescue-result.ts";
import { LEASE_MS, withLease } from "./with-lease.ts";

type OrphanPorts = Pick<
  Ports,
  "stores" | "queue" | "catalog" | "findSmartSync" | "findObjectStore" | "copyResult" | "clock" | "newId" | "random" | "emit"
>;

/** From this try on a copy whose size is wrong is kept when the try before brought the same: then the status may be what is wrong. */
const SIZE_TRIES = 8;

type Rescuing = Extract<Orphan, { readonly state: "rescuing" }>;

/** Copies an orphan's result raw into the lake, before WFM deletes it. `false`: it cannot be done now, or somebody else does it. */
export async function rescueOrphan(ports: OrphanPorts, orphan: Orphan, signal?: AbortSignal): Promise<boolean> {
  const destination = destinationFor(orphan, ports.catalog.exports());
  if (destination === null || orphan.state !== "found") return false;
  const systems: System[] = [
    { kind: "destination", name: destination },
    { kind: "connection", name: orphan.connection },
  ];
  const passage = await askPassage(ports, systems);
  if (!passage) return false;
  const taken = await take(ports, orphan);
  if (!taken) return false;
  const lease = { until: taken.leaseUntil, extend: (until: Date) => ports.stores.orphans.extendLease(taken.id, taken.token, until) };
  const copied = await withLease(
    ports,
    lease,
    (leased) => copy(ports, taken, { destination, before: orphan.lastFailure, signal: leased }),
    signal,
  );
  await settle(ports, taken, { copied, systems, passage, isStopping: signal?.aborted ?? false });
  return true;
}

async function take(ports: OrphanPorts, orphan: Extract<Orphan, { readonly state: "found" }>): Promise<Rescuing | null> {
  const leaseUntil = new Date(ports.clock.now().getTime() + LEASE_MS);
  const taken = moveOrphan(orphan, { state: "rescuing", attempt: orphan.attempt, token: ports.newId(), leaseUntil });
  return (await ports.stores.orphans.move(orphan, taken)) && taken.state === "rescuing" ? taken : null;
}

async function copy(
  ports: OrphanPorts,
  { connection, vendorJobId, status, deadline, attempt }: Rescuing,
  { destination, before, signal }: { readonly destination: string; readonly before: Failure | null; readonly signal: AbortSignal },
): Promise<Result<RescuedCopy, Failure>> {
  const client = ports.findSmartSync(connection);
  if (!client) return err({ reason: "connection-unknown", connection });
  const store = ports.findObjectStore(destination);
  if (!store) return err({ reason: "destination-unknown", destination });
  const facts = { name: { connection, vendorJobId, outputFormat: formatOf(status) }, run: null, status: { ...status }, deadline };
  const copied = await rescueResult(ports, { client, store, facts }, signal);
  const wrong = copied.ok ? wrongSize(copied.value, status.announced) : null;
  const isKept = wrong === null || (attempt + 1 >= SIZE_TRIES && isSameSize(wrong, before));
  return isKept ? copied : err(wrong);
}

function isSameSize(wrong: Failure, before: Failure | null): boolean {
  return wrong.reason === "bytes-differ" && before?.reason === "bytes-differ" && wrong.received === before.received;
}

function formatOf({ outputFormat }: VendorJob): OutputFormat | null {
  const word = outputFormat?.toUpperCase();
  return word === "JSON" || word === "PIPE" || word === "XML" ? word : null;
}

interface Copied {
  readonly copied: Result<RescuedCopy, Failure>;
  readonly systems: readonly System[];
  readonly passage: Passage;
  readonly isStopping: boolean;
}

async function settle(ports: OrphanPorts, orphan: Rescuing, { copied, systems, passage, isStopping }: Copied): Promise<void> {
  const { orphans } = ports.stores;
  if (copied.ok) {
    await orphans.move(orphan, moveOrphan(orphan, { state: "rescued", copy: copied.value }));
    return await reportSuccess(ports, passage);
  }
  const failure: Failure = isStopping ? { reason: "interrupted" } : copied.error;
  await reportFailure(ports, systems, failure);
  if (failure.reason === "job-unknown" || failure.reason === "job-failed" || failure.reason === "job-canceled") {
    return await giveUp(ports, orphan, failure);
  }
  const now = ports.clock.now();
  const notBefore = isStopping ? null : retryAt(ARCHIVE_RETRY, orphan.attempt, failure, { now, random: ports.random() });
  await orphans.move(orphan, moveOrphan(orphan, { state: "found", attempt: orphan.attempt + 1, notBefore, lastFailure: failure }));
}

async function giveUp(ports: OrphanPorts, orphan: Rescuing, failure: Failure): Promise<void> {
  const gone = moveOrphan(orphan, { state: "gone", goneAt: ports.clock.now(), failure });
  if (!(await ports.stores.orphans.move(orphan, gone))) return;
  const { connection, vendorJobId } = orphan;
  ports.emit({ event: "orphan.gone", connection, vendorJobId, failure });
  await raiseAlarms(ports, [{ kind: "orphan-gone", connection, vendorJobId, detail: failure.reason }]);
}
