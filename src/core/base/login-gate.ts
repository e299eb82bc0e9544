/** After this many refused logins in a row, Nightferry no longer logs in to a connection, because WFM locks accounts. */
export const MOST_REFUSED_LOGINS = 3;

/** Decides whether a connection may log in. The count of refused logins survives restarts, and all replicas share it. */
export interface LoginGate {
  mayLogIn(): Promise<boolean>;
  report(outcome: "accepted" | "refused"): Promise<void>;
}
