import { moveOrphan } from "../core/orphan.ts";
import { applyEvent } from "./apply-event.ts";
import type { Ports } from "./ports.ts";

const BATCH = 200;

/** Takes back what workers that died had in hand: their leases have run out. */
export async function recoverLeases(ports: Pick<Ports, "stores" | "clock" | "emit">): Promise<number> {
  const now = ports.clock.now();
  let recovered = 0;
  for (const job of await ports.stores.jobs.listExpiredLeases(now, BATCH)) {
    if (await applyEvent(ports, job, { type: "put-back", failure: { reason: "interrupted" }, retryAt: now })) recovered += 1;
  }
  for (const orphan of await ports.stores.orphans.listExpiredLeases(now, BATCH)) {
    if (orphan.state !== "rescuing") continue;
    const found = moveOrphan(orphan, {
      state: "found",
      attempt: orphan.attempt + 1,
      notBefore: null,
      lastFailure: { reason: "interrupted" },
    });
    if (await ports.stores.orphans.move(orphan, found)) recovered += 1;
  }
  return recovered;
}
