import type { WorkRole } from "../base/role.ts";

/**
 * There may be work for a role. It carries no task: work is claimed from the tables, so a wake-up may be lost, late or repeated, and a
 * lost one costs at most one poll interval.
 */
export interface WakeUp {
  readonly role: WorkRole;
  /** The row it is about: an export, a run, a connection, a job. The worker claims that row first. `null`: whatever is due. */
  readonly id: string | null;
}

/** Distributes wake-ups over processes. */
export interface WakeUps {
  /** Best effort: it neither fails nor keeps the caller waiting. While they cannot be sent, the implementation says so once. */
  send(wakeUps: readonly WakeUp[], options?: { readonly delayMs?: number }): void;
}
