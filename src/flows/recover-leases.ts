import { applyEvent } from "./apply-event.ts";
import type { Ports } from "./ports.ts";

const BATCH = 200;

/** Takes back the jobs of archivers that died: their leases have run out. */
export async function recoverLeases(ports: Pick<Ports, "stores" | "clock" | "emit">): Promise<number> {
  const now = ports.clock.now();
  let recovered = 0;
  for (const job of await ports.stores.jobs.listExpiredLeases(now, BATCH)) {
    if (await applyEvent(ports, job, { type: "put-back", failure: { reason: "interrupted" }, retryAt: now })) recovered += 1;
  }
  return recovered;
}
