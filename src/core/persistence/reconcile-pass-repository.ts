/** How often a pass of the reconciler is due. */
export interface PassInterval {
  readonly name: string;
  readonly everyMs: number;
}

export interface ReconcilePassRepository {
  /** Claims the most overdue of these passes, and makes it due again after its interval. `null`: none is due at `now`. */
  claimDue(passes: readonly PassInterval[], now: Date): Promise<string | null>;
}
