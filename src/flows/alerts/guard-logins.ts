import { describeFailure } from "../../core/base/describe-failure.ts";
import { type LoginGate, MOST_REFUSED_LOGINS } from "../../core/base/login-gate.ts";
import type { Ports } from "../ports/ports.ts";
import { raiseAlerts } from "./raise-alerts.ts";

type GuardPorts = Pick<Ports, "repositories" | "emit" | "clock">;

/** Stops a connection after too many refused logins in a row, in every process, before WFM locks the account. */
export function guardLogins(ports: GuardPorts, connection: string): LoginGate {
  const { repositories, emit, clock } = ports;
  return {
    mayLogIn: async () => (await repositories.connections.refusedLogins(connection)) < MOST_REFUSED_LOGINS,
    report: async (outcome) => {
      const refused = await repositories.connections.recordLogin(connection, outcome);
      if (refused !== MOST_REFUSED_LOGINS) return;
      const failure = { reason: "connection-stopped", connection } as const;
      emit({ event: "connection.stopped", connection, failure });
      await raiseAlerts(ports, [{ kind: "connection-stopped", connection, since: clock.now(), detail: describeFailure(failure) }]);
    },
  };
}

/** For a login that an operator requests: it is always tried, and an accepted one starts the connection again. */
export function guardLoginByHand(ports: GuardPorts, connection: string): LoginGate {
  return { ...guardLogins(ports, connection), mayLogIn: async () => true };
}
