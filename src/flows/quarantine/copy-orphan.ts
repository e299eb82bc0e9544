import type { Failure } from "../../core/base/failure.ts";
import { type Result, err } from "../../core/base/result.ts";
import type { Dependency } from "../../core/breakers/circuit-breaker.ts";
import { ARCHIVE_RETRY, retryAt } from "../../core/breakers/retry-policy.ts";
import { type OutputFormat, parseOutputFormat } from "../../core/exporters/built-in-exporters.ts";
import { type Orphan, destinationFor, transitionOrphan } from "../../core/quarantine/orphan.ts";
import type { QuarantineCopy } from "../../core/ports/stored-object.ts";
import { wrongSize } from "../../core/quarantine/quarantine-copy.ts";
import { raiseAlerts } from "../alerts/raise-alerts.ts";
import { recordFailure, recordSuccess } from "../breakers/record-outcome.ts";
import { type Permit, requestPermit } from "../breakers/request-permit.ts";
import { LEASE_MS, withLease } from "../leases/with-lease.ts";
import type { Ports } from "../ports/ports.ts";
import { quarantineResult } from "./quarantine-result.ts";

export type OrphanPorts = Pick<
  Ports,
  "repositories" | "registry" | "findSmartSync" | "findObjectStore" | "copyResult" | "clock" | "newId" | "random" | "emit"
>;

/** From this attempt on, a copy of the wrong size is kept when the attempt before brought the same size: the status may be wrong. */
const SIZE_ATTEMPTS = 8;

type Found = Extract<Orphan, { readonly state: "found" }>;
type Copying = Extract<Orphan, { readonly state: "copying" }>;

/** Copies the result of the most urgent orphan into quarantine, before WFM deletes it. `false`: there is none that can be copied now. */
export async function copyNextOrphan(ports: OrphanPorts, signal?: AbortSignal): Promise<boolean> {
  const { repositories, registry, clock } = ports;
  const names = new Set(registry.exports().map(({ connection }) => connection));
  const connections = [...names].filter((name) => registry.findConnection(name)?.orphans === "all");
  if (connections.length === 0) return false;
  for (const orphan of await repositories.orphans.listFound({ connections, now: clock.now(), limit: CANDIDATES })) {
    if (orphan.state === "found" && (await copyOrphan(ports, orphan, signal))) return true;
  }
  return false;
}

/** Orphans whose dependencies have open breakers are passed over; no more of them than this. */
const CANDIDATES = 20;

/** `false`: it cannot be copied now, or another process copies it. */
async function copyOrphan(ports: OrphanPorts, orphan: Found, signal?: AbortSignal): Promise<boolean> {
  const destination = destinationFor(orphan, ports.registry.exports());
  if (destination === null) return false;
  const dependencies: Dependency[] = [
    { kind: "destination", name: destination },
    { kind: "connection", name: orphan.connection },
  ];
  const permit = await requestPermit(ports, dependencies);
  if (!permit) return false;
  const claimed = await claim(ports, orphan);
  if (!claimed) return false;
  const { orphans } = ports.repositories;
  const lease = {
    until: claimed.leaseUntil,
    extend: (until: Date) => orphans.extendLease(claimed.id, claimed.fencingToken, until),
  };
  const attempt = (leased: AbortSignal) => copy(ports, claimed, { destination, before: orphan.lastFailure, signal: leased });
  const copied = await withLease(ports, lease, attempt, signal);
  await store(ports, claimed, { copied, dependencies, permit, isStopping: signal?.aborted ?? false });
  return true;
}

async function claim(ports: OrphanPorts, orphan: Found): Promise<Copying | null> {
  const leaseUntil = new Date(ports.clock.now().getTime() + LEASE_MS);
  const { failedAttempts } = orphan;
  const claimed = transitionOrphan(orphan, { state: "copying", failedAttempts, fencingToken: ports.newId(), leaseUntil });
  return (await ports.repositories.orphans.transition(orphan, claimed)) && claimed.state === "copying" ? claimed : null;
}

async function copy(
  ports: OrphanPorts,
  { connection, jobId, status, deadline, failedAttempts }: Copying,
  { destination, before, signal }: { readonly destination: string; readonly before: Failure | null; readonly signal: AbortSignal },
): Promise<Result<QuarantineCopy, Failure>> {
  const client = ports.findSmartSync(connection);
  if (!client) return err({ reason: "connection-unknown", connection });
  const store = ports.findObjectStore(destination);
  if (!store) return err({ reason: "destination-unknown", destination });
  const facts = { name: { connection, jobId, outputFormat: formatOf(status.outputFormat) }, run: null, status: { ...status }, deadline };
  const copied = await quarantineResult(ports, { client, store, facts }, signal);
  const wrong = copied.ok ? wrongSize(copied.value, status.announced) : null;
  const isKept = wrong === null || (failedAttempts + 1 >= SIZE_ATTEMPTS && isSameSize(wrong, before));
  return isKept ? copied : err(wrong);
}

function isSameSize(wrong: Failure, before: Failure | null): boolean {
  return wrong.reason === "bytes-differ" && before?.reason === "bytes-differ" && wrong.received === before.received;
}

function formatOf(word: string | null): OutputFormat | null {
  return word === null ? null : parseOutputFormat(word);
}

interface Copied {
  readonly copied: Result<QuarantineCopy, Failure>;
  readonly dependencies: readonly Dependency[];
  readonly permit: Permit;
  readonly isStopping: boolean;
}

async function store(ports: OrphanPorts, orphan: Copying, { copied, dependencies, permit, isStopping }: Copied): Promise<void> {
  const { orphans } = ports.repositories;
  if (copied.ok) {
    await orphans.transition(orphan, transitionOrphan(orphan, { state: "quarantined", copy: copied.value }));
    return await recordSuccess(ports, permit);
  }
  const failure: Failure = isStopping ? { reason: "interrupted" } : copied.error;
  await recordFailure(ports, dependencies, failure);
  if (failure.reason === "job-unknown" || failure.reason === "job-failed" || failure.reason === "job-canceled") {
    return await giveUp(ports, orphan, failure);
  }
  const now = ports.clock.now();
  const notBefore = isStopping ? null : retryAt(ARCHIVE_RETRY, orphan.failedAttempts, failure, { now, random: ports.random() });
  await orphans.transition(
    orphan,
    transitionOrphan(orphan, { state: "found", failedAttempts: orphan.failedAttempts + 1, notBefore, lastFailure: failure }),
  );
}

async function giveUp(ports: OrphanPorts, orphan: Copying, failure: Failure): Promise<void> {
  const gone = transitionOrphan(orphan, { state: "gone", goneAt: ports.clock.now(), failure });
  if (!(await ports.repositories.orphans.transition(orphan, gone))) return;
  const { connection, jobId } = orphan;
  ports.emit({ event: "orphan.gone", connection, jobId, failure });
  await raiseAlerts(ports, [{ kind: "orphan-gone", connection, jobId, detail: failure.reason }]);
}
