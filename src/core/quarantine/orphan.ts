import { HOUR_MS } from "../base/clock.ts";
import { completionTime, deadlineFor } from "../jobs/deadline.ts";
import type { Failure } from "../base/failure.ts";
import type { OrphanId, JobId } from "../base/ids.ts";
import type { ExportDefinition } from "../exports/export-definition.ts";
import type { QuarantineCopy } from "../ports/stored-object.ts";
import type { WfmJob } from "../ports/smartsync.ts";

/** A finished job of our login that none of our runs requested: it is left from a crash, or a colleague or another system requested it. */
export type Orphan = OrphanFacts & OrphanState;

export interface OrphanFacts {
  readonly id: OrphanId;
  readonly connection: string;
  readonly jobId: JobId;
  /** What the server said about it last. */
  readonly status: WfmJob;
  readonly foundAt: Date;
  readonly completedAt: Date;
  readonly deadline: Date;
  /** The optimistic lock: counts the transitions, and every stored change checks it. */
  readonly version: number;
}

export type OrphanState =
  | { readonly state: "found"; readonly failedAttempts: number; readonly notBefore: Date | null; readonly lastFailure: Failure | null }
  | { readonly state: "copying"; readonly failedAttempts: number; readonly fencingToken: string; readonly leaseUntil: Date }
  | { readonly state: "quarantined"; readonly copy: QuarantineCopy }
  | { readonly state: "gone"; readonly goneAt: Date; readonly failure: Failure };

/** If the server does not say when a job was completed, it is assumed to be this old: one hour is left to copy its result. */
const UNKNOWN_AGE_MS = 23 * HOUR_MS;

/** WFM has deleted a result this long after completion, at the latest. */
const FORGOTTEN_AFTER_MS = 48 * HOUR_MS;

/** When an unclaimed job was completed, by our clock, and its deadline. An implausible time of the server is not used. */
export function orphanedSince(
  status: WfmJob,
  { observedAt, serverTime }: { readonly observedAt: Date; readonly serverTime: Date | null },
): { readonly completedAt: Date; readonly deadline: Date } {
  const unknown = new Date(observedAt.getTime() - UNKNOWN_AGE_MS);
  const { lastStatusChange } = status;
  const earliest = new Date(observedAt.getTime() - FORGOTTEN_AFTER_MS);
  const said = completionTime({ lastSeenInFlightAt: earliest, observedAt, lastStatusChange, serverTime });
  const completedAt = said.getTime() === earliest.getTime() ? unknown : said;
  return { completedAt, deadline: deadlineFor(completedAt) };
}

const LEGAL: Readonly<Record<OrphanState["state"], readonly OrphanState["state"][]>> = {
  found: ["copying"],
  copying: ["found", "quarantined", "gone"],
  quarantined: [],
  gone: [],
};

/** The only place where the state of an orphan changes. */
export function transitionOrphan(orphan: Orphan, to: OrphanState): Orphan {
  if (!LEGAL[orphan.state].includes(to.state)) throw new Error(`orphan ${orphan.id} cannot go from ${orphan.state} to ${to.state}`);
  const { id, connection, jobId, status, foundAt, completedAt, deadline, version } = orphan;
  return { id, connection, jobId, status, foundAt, completedAt, deadline, version: version + 1, ...to };
}

/** The destination for an orphan's result: that of an export with the same exporter, or else of the connection's first export, if any. */
export function destinationFor({ connection, status }: OrphanFacts, exports: readonly ExportDefinition[]): string | null {
  const own = exports.filter((definition) => definition.connection === connection);
  const alike = own.find(({ exporter }) => exporter === status.exporterType);
  return (alike ?? own[0])?.destination ?? null;
}
