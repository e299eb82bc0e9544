import type { ConnectionDefinition, ExportDefinition } from "../exports/export-definition.ts";
import type { Run } from "../jobs/run.ts";
import type { LearnedSize } from "../plan/learned-size.ts";

/** An export whose scheduled time has come. */
export interface DueExport {
  readonly name: string;
  /** `null`: its schedule is new, and the first scheduled time is not computed yet. */
  readonly nextDueAt: Date | null;
}

export interface ExportRepository {
  /** Stores the configuration. Exports that were removed from it keep their history and are no longer due. */
  sync(connections: readonly ConnectionDefinition[], exports: readonly ExportDefinition[]): Promise<void>;
  /** Exports with a schedule that are due at `now`, the most overdue first; those without a computed time come before all. */
  listDue(now: Date, limit: number): Promise<readonly DueExport[]>;
  /**
   * In one step: advances the export from `seen` to `next` and creates the runs of the scheduled times between. `false`: another process
   * was faster, and nothing was changed. A run whose export, interval and generation exist already is left out.
   */
  claimScheduledTimes(name: string, seen: Date | null, next: Date | null, runs: readonly Run[]): Promise<boolean>;
  /** What earlier nights have shown about the size of the export's results. */
  size(name: string): Promise<LearnedSize>;
  setSize(name: string, size: LearnedSize): Promise<void>;
}
