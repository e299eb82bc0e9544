import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/base/clock.ts";
import type { PassInterval } from "../../core/persistence/reconcile-pass-repository.ts";
import { deliverAlerts } from "../alerts/deliver-alerts.ts";
import { warnOfDeadlines } from "../alerts/warn-of-deadlines.ts";
import { finishRuns } from "../jobs/finish-run.ts";
import type { Ports } from "../ports/ports.ts";
import { abortIncompleteUploads } from "./abort-incomplete-uploads.ts";
import { planMissingPolls } from "./plan-missing-polls.ts";
import { releaseExpiredLeases } from "./release-expired-leases.ts";

export type ReconcilePorts = Pick<
  Ports,
  "repositories" | "wakeUps" | "registry" | "findObjectStore" | "clock" | "random" | "notifier" | "emit"
>;

interface Pass extends PassInterval {
  readonly run: (ports: ReconcilePorts) => Promise<void>;
}

/** What keeps the tables and the world in agreement. Each pass works from the tables alone and may be repeated. */
export const PASSES: readonly Pass[] = [
  { name: "release-expired-leases", everyMs: 10 * SECOND_MS, run: releaseExpiredLeases },
  { name: "deliver-alerts", everyMs: 10 * SECOND_MS, run: deliverAlerts },
  { name: "plan-missing-polls", everyMs: 15 * SECOND_MS, run: planMissingPolls },
  { name: "warn-of-deadlines", everyMs: MINUTE_MS, run: warnOfDeadlines },
  { name: "finish-runs", everyMs: MINUTE_MS, run: finishRuns },
  // Listing uploads costs money, and an abandoned upload costs only its storage.
  { name: "abort-incomplete-uploads", everyMs: HOUR_MS, run: abortIncompleteUploads },
];

/** Runs the most overdue pass. `false`: none is due. */
export async function reconcileNext(ports: ReconcilePorts): Promise<boolean> {
  const intervals = PASSES.map(({ name, everyMs }) => ({ name, everyMs }));
  const due = await ports.repositories.passes.claimDue(intervals, ports.clock.now());
  const pass = PASSES.find(({ name }) => name === due);
  if (!pass) return false;
  await pass.run(ports);
  return true;
}
