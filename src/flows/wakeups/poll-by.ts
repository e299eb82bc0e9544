import type { Ports } from "../ports/ports.ts";

/** Makes sure that the connection is polled by `at`. */
export async function pollBy(ports: Pick<Ports, "repositories" | "wakeUps" | "clock">, connection: string, at: Date): Promise<void> {
  if (await ports.repositories.connections.pollBy(connection, at)) wakeForPoll(ports, connection, at);
}

export function wakeForPoll({ wakeUps, clock }: Pick<Ports, "wakeUps" | "clock">, connection: string, at: Date): void {
  wakeUps.send([{ role: "poll", id: connection }], { delayMs: Math.max(0, at.getTime() - clock.now().getTime()) });
}
