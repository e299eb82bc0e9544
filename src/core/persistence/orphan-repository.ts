import type { JobId, OrphanId } from "../base/ids.ts";
import type { Orphan } from "../quarantine/orphan.ts";

export interface OrphanRepository {
  /** Those of the job ids that are recorded as orphans already. */
  known(connection: string, ids: readonly JobId[]): Promise<ReadonlySet<string>>;
  /** `false` when the connection has an orphan with this job id already. */
  add(orphan: Orphan): Promise<boolean>;
  /** Orphans of these connections that may be copied at `now`, the earliest deadline first. */
  listFound(query: { readonly connections: readonly string[]; readonly now: Date; readonly limit: number }): Promise<readonly Orphan[]>;
  /** Stores a transition; checks the state and version that it leaves (optimistic lock). */
  transition(before: Orphan, after: Orphan): Promise<boolean>;
  /** `false` when the lease is no longer ours. */
  extendLease(id: OrphanId, fencingToken: string, leaseUntil: Date): Promise<boolean>;
  /** Orphans whose copying lease has expired at `now`. */
  listExpiredLeases(now: Date, limit: number): Promise<readonly Orphan[]>;
}
