/** When a connection is polled next. */
export interface PollState {
  /** `null`: no poll is planned. */
  readonly nextPollAt: Date | null;
  /** Polls in a row that failed. */
  readonly failedPolls: number;
}

export interface ClaimedPoll {
  readonly connection: string;
  readonly failedPolls: number;
}

export interface ConnectionRepository {
  /**
   * Claims a connection whose poll is due at `now`: this one when `connection` is given, otherwise the most overdue. Until `until` no other
   * process claims it. `null`: none is due.
   */
  claimPoll(claim: { readonly connection: string | null; readonly now: Date; readonly until: Date }): Promise<ClaimedPoll | null>;
  /** Stores how the poll ended and when the next one is due. */
  setPollState(connection: string, state: PollState): Promise<void>;
  /** Moves the next poll forward to `at`. `false`: it was planned for that time or earlier. */
  pollBy(connection: string, at: Date): Promise<boolean>;
  /** Plans a poll at `at` for each of these connections, and for each with jobs in flight, that has none planned. */
  planMissingPolls(connections: readonly string[], at: Date): Promise<void>;
  /** How many logins in a row were refused since the connection was configured as it is. */
  refusedLogins(connection: string): Promise<number>;
  /** Counts a refused login, or resets the count after an accepted one. Returns the count. */
  recordLogin(connection: string, outcome: "accepted" | "refused"): Promise<number>;
}
