import { type LoginGate, MOST_REFUSED_LOGINS } from "../core/login-gate.ts";
import type { Ports } from "./ports.ts";

/** A connection whose login was refused too often in a row logs in no more, on any replica, until somebody has seen to it. */
export function guardLogins({ stores, emit }: Pick<Ports, "stores" | "emit">, connection: string): LoginGate {
  return {
    mayLogIn: async () => (await stores.connections.refusedLogins(connection)) < MOST_REFUSED_LOGINS,
    report: async (outcome) => {
      const refused = await stores.connections.recordLogin(connection, outcome);
      if (refused === MOST_REFUSED_LOGINS) {
        emit({ event: "connection.stopped", connection, failure: { reason: "connection-stopped", connection } });
      }
    },
  };
}

/** For a login that an operator asks for: it is always tried, and an accepted one sets the connection going again. */
export function guardLoginByHand(ports: Pick<Ports, "stores" | "emit">, connection: string): LoginGate {
  return { ...guardLogins(ports, connection), mayLogIn: async () => true };
}
