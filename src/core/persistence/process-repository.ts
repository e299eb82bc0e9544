import type { Role } from "../base/role.ts";

export interface ProcessRepository {
  heartbeat(process: { readonly id: string; readonly roles: readonly Role[]; readonly at: Date }): Promise<void>;
  remove(id: string): Promise<void>;
  /** Roles of the processes that have sent a heartbeat since `since`. */
  rolesAliveSince(since: Date): Promise<ReadonlySet<Role>>;
}
