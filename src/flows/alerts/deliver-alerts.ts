import { describeAlert } from "../../core/alerts/alert.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/base/clock.ts";
import { type RetryPolicy, retryAt } from "../../core/breakers/retry-policy.ts";
import type { Ports } from "../ports/ports.ts";

const DELIVERY_RETRY: RetryPolicy = { firstMs: 10 * SECOND_MS, longestMs: 30 * MINUTE_MS };
const BATCH = 20;

/** Delivers the alerts in the outbox. What cannot be delivered now is delivered later; no run waits for it. */
export async function deliverAlerts(ports: Pick<Ports, "repositories" | "notifier" | "clock" | "random" | "emit">): Promise<void> {
  const now = ports.clock.now();
  for (const { id, body, failedAttempts } of await ports.repositories.alerts.listUndelivered(now, BATCH)) {
    if (ports.notifier === null || (await ports.notifier.notify(describeAlert(body, now)))) {
      await ports.repositories.alerts.markDelivered(id, now);
      continue;
    }
    const until = retryAt(DELIVERY_RETRY, failedAttempts, null, { now, random: ports.random() });
    await ports.repositories.alerts.postpone(id, failedAttempts + 1, until);
    ports.emit({ event: "alert.undelivered", id, failedAttempts: failedAttempts + 1, until });
    // If one cannot be delivered, the others cannot either.
    return;
  }
}
