import { isSameSystem, type Outage, type System } from "../core/outage.ts";
import type { Ports } from "./ports.ts";

interface Needs {
  readonly connection: string;
  readonly destination: string;
}

/**
 * What a person asks for by hand is asked at once: they may just have mended what was wrong, and do not know of an outage that others
 * wait out. Only a server's own Retry-After is kept.
 */
export async function askNow({ stores, clock }: Pick<Ports, "stores" | "clock">, needed: readonly Needs[]): Promise<void> {
  const systems = needed.flatMap(({ connection, destination }): System[] => [
    { kind: "connection", name: connection },
    { kind: "destination", name: destination },
  ]);
  const now = clock.now();
  for (const outage of await stores.outages.list()) {
    const isNeeded = systems.some((system) => isSameSystem(system, outage.system));
    if (isNeeded && outage.retryAt > now && !isAskedToWait(outage)) await stores.outages.put({ ...outage, retryAt: now });
  }
}

function isAskedToWait({ lastFailure }: Outage): boolean {
  return "retryAfterMs" in lastFailure && lastFailure.retryAfterMs !== null;
}
