import { describeNews } from "../core/alarm.ts";
import { MINUTE_MS, SECOND_MS } from "../core/clock.ts";
import { type RetryPolicy, retryAt } from "../core/retry-policy.ts";
import type { Ports } from "./ports.ts";

const TELL_RETRY: RetryPolicy = { firstMs: 10 * SECOND_MS, longestMs: 30 * MINUTE_MS };
const BATCH = 20;

/** Tells people the news that they have not heard yet. What cannot be told now is told later; no run ever waits for it. */
export async function tellAlarms(ports: Pick<Ports, "stores" | "notifier" | "clock" | "random" | "emit">): Promise<void> {
  const now = ports.clock.now();
  for (const { id, news, attempt } of await ports.stores.alarms.listUntold(now, BATCH)) {
    if (ports.notifier === null || (await ports.notifier.notify(describeNews(news, now)))) {
      await ports.stores.alarms.markTold(id, now);
      continue;
    }
    const until = retryAt(TELL_RETRY, attempt, null, { now, random: ports.random() });
    await ports.stores.alarms.postpone(id, attempt + 1, until);
    ports.emit({ event: "alarm.untold", id, attempt: attempt + 1, until });
    // Where one could not be told, the others cannot either.
    return;
  }
}
