import { HOUR_MS } from "./clock.ts";
import { completionTime, deadlineFor } from "./deadline.ts";
import type { Failure } from "./failure.ts";
import type { OrphanId, VendorJobId } from "./ids.ts";
import type { ExportDefinition } from "./export-definition.ts";
import type { RescuedCopy } from "./rescue.ts";
import type { VendorJob } from "./smartsync.ts";

/** A finished job of our login that no row of ours claims: a crash's, a colleague's, an older system's. */
export type Orphan = OrphanFacts & OrphanState;

export interface OrphanFacts {
  readonly id: OrphanId;
  readonly connection: string;
  readonly vendorJobId: VendorJobId;
  /** The last that the status said of it. */
  readonly status: VendorJob;
  readonly foundAt: Date;
  readonly completedAt: Date;
  readonly deadline: Date;
  /** Counts the moves; the fence of every stored change. */
  readonly version: number;
}

export type OrphanState =
  | { readonly state: "found"; readonly attempt: number; readonly notBefore: Date | null; readonly lastFailure: Failure | null }
  | { readonly state: "rescuing"; readonly attempt: number; readonly token: string; readonly leaseUntil: Date }
  | { readonly state: "rescued"; readonly copy: RescuedCopy }
  | { readonly state: "gone"; readonly goneAt: Date; readonly failure: Failure };

/** A server that does not say when a job was finished leaves us no more than this to fetch it: it may be old. */
const UNKNOWN_AGE_MS = 23 * HOUR_MS;

/** Longer than this after its end nothing of a job is left on the server. */
const FORGOTTEN_AFTER_MS = 48 * HOUR_MS;

/** When an unclaimed job was finished, by our clock, as late as it can only be excluded that it was earlier. */
export function orphanedSince(
  status: VendorJob,
  { observedAt, serverTime }: { readonly observedAt: Date; readonly serverTime: Date | null },
): { readonly completedAt: Date; readonly deadline: Date } {
  const unknown = new Date(observedAt.getTime() - UNKNOWN_AGE_MS);
  const { lastStatusChange } = status;
  const earliest = new Date(observedAt.getTime() - FORGOTTEN_AFTER_MS);
  const said = completionTime({ lastSeenAliveAt: earliest, observedAt, lastStatusChange, serverTime });
  const completedAt = said.getTime() === earliest.getTime() ? unknown : said;
  return { completedAt, deadline: deadlineFor(completedAt) };
}

const LEGAL: Readonly<Record<OrphanState["state"], readonly OrphanState["state"][]>> = {
  found: ["rescuing"],
  rescuing: ["found", "rescued", "gone"],
  rescued: [],
  gone: [],
};

/** The only place where an orphan's state changes. */
export function moveOrphan(orphan: Orphan, to: OrphanState): Orphan {
  if (!LEGAL[orphan.state].includes(to.state)) throw new Error(`orphan ${orphan.id} cannot go from ${orphan.state} to ${to.state}`);
  const { id, connection, vendorJobId, status, foundAt, completedAt, deadline, version } = orphan;
  return { id, connection, vendorJobId, status, foundAt, completedAt, deadline, version: version + 1, ...to };
}

/** Where an orphan's result is kept: where an export of its exporter goes, or else the first of its connection. `null`: there is none. */
export function destinationFor({ connection, status }: OrphanFacts, exports: readonly ExportDefinition[]): string | null {
  const own = exports.filter((definition) => definition.connection === connection);
  const alike = own.find(({ exporter }) => exporter === status.exporterType);
  return (alike ?? own[0])?.destination ?? null;
}
