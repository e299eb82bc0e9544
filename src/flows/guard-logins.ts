import { describeFailure } from "../core/describe-failure.ts";
import { type LoginGate, MOST_REFUSED_LOGINS } from "../core/login-gate.ts";
import type { Ports } from "./ports.ts";
import { raiseAlarms } from "./raise-alarms.ts";

type GuardPorts = Pick<Ports, "stores" | "emit" | "clock">;

/** A connection whose login was refused too often in a row logs in no more, on any replica, until somebody has seen to it. */
export function guardLogins(ports: GuardPorts, connection: string): LoginGate {
  const { stores, emit, clock } = ports;
  return {
    mayLogIn: async () => (await stores.connections.refusedLogins(connection)) < MOST_REFUSED_LOGINS,
    report: async (outcome) => {
      const refused = await stores.connections.recordLogin(connection, outcome);
      if (refused !== MOST_REFUSED_LOGINS) return;
      const failure = { reason: "connection-stopped", connection } as const;
      emit({ event: "connection.stopped", connection, failure });
      await raiseAlarms(ports, [{ kind: "connection-stopped", connection, since: clock.now(), detail: describeFailure(failure) }]);
    },
  };
}

/** For a login that an operator asks for: it is always tried, and an accepted one sets the connection going again. */
export function guardLoginByHand(ports: GuardPorts, connection: string): LoginGate {
  return { ...guardLogins(ports, connection), mayLogIn: async () => true };
}
