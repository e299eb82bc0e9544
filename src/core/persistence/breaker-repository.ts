import type { Breaker, Dependency } from "../breakers/circuit-breaker.ts";

/** The circuit breakers that are not closed. All processes share them. */
export interface BreakerRepository {
  list(): Promise<readonly Breaker[]>;
  /** Stores a breaker in place of the one before; `true` when there was none. */
  put(breaker: Breaker): Promise<boolean>;
  /** Claims the right to probe a half-open dependency. Until `until` no other process may. */
  claimProbe(dependency: Dependency, now: Date, until: Date): Promise<boolean>;
  /** Closes the breaker. `false`: it was closed already. */
  close(dependency: Dependency): Promise<boolean>;
}
