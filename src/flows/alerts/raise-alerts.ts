import { type Alert, type AlertBody, alertId, describeAlert } from "../../core/alerts/alert.ts";
import type { Ports } from "../ports/ports.ts";

/** Puts alerts into the outbox. Each is raised and delivered once, however many processes raise it. */
export async function raiseAlerts(
  { repositories, clock, emit }: Pick<Ports, "repositories" | "clock" | "emit">,
  bodies: readonly AlertBody[],
): Promise<void> {
  if (bodies.length === 0) return;
  const raisedAt = clock.now();
  const alerts = bodies.map((body): Alert => ({ id: alertId(body), body, raisedAt }));
  for (const { body } of await repositories.alerts.raise(alerts)) {
    emit({ event: "alert.raised", body, text: describeAlert(body, raisedAt) });
  }
}
