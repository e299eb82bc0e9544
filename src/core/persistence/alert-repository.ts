import type { Alert } from "../alerts/alert.ts";

export interface UndeliveredAlert extends Alert {
  /** How often its delivery has failed. */
  readonly failedAttempts: number;
}

/** The outbox: alerts are kept until they are delivered. */
export interface AlertRepository {
  /** Stores those whose ids are new, and returns them. */
  raise(alerts: readonly Alert[]): Promise<readonly Alert[]>;
  /** Those to deliver at `now`, oldest first. */
  listUndelivered(now: Date, limit: number): Promise<readonly UndeliveredAlert[]>;
  markDelivered(id: string, at: Date): Promise<void>;
  postpone(id: string, failedAttempts: number, notBefore: Date): Promise<void>;
}
