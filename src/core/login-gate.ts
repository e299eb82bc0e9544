/** So many refused logins in a row, and a connection logs in no more: WFM locks accounts. */
export const MOST_REFUSED_LOGINS = 3;

/** Stands before every login of a connection, and remembers how logins went, over restarts and replicas. */
export interface LoginGate {
  mayLogIn(): Promise<boolean>;
  report(outcome: "accepted" | "refused"): Promise<void>;
}
