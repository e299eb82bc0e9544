import type { Ports } from "./ports.ts";

/** Sees to it that the connection is looked at by `at`, if nothing looks at it sooner. */
export async function watchFrom(ports: Pick<Ports, "stores" | "queue" | "clock">, connection: string, at: Date): Promise<void> {
  const turn = await ports.stores.connections.turn(connection);
  if (turn.nextLookAt && turn.nextLookAt <= at) return;
  await ports.stores.connections.setTurn(connection, { ...turn, nextLookAt: at });
  await sendWatch(ports, connection, at);
}

export async function sendWatch(ports: Pick<Ports, "queue" | "clock">, connection: string, at: Date): Promise<void> {
  const delayMs = Math.max(0, at.getTime() - ports.clock.now().getTime());
  await ports.queue.send({ queue: "watch", connection, lookAt: at.getTime() }, { delayMs });
}
