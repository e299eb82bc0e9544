import { expect, it } from "vitest";
import { type Alert, type AlertBody, alertId } from "../../src/core/alerts/alert.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { NOW, after, atOnce } from "./seed.ts";

const SUBJECT = { connection: "acme", jobId: "9b2fe7bb", exportName: "schedules", from: "2026-11-22", to: "2026-11-22", runId: "r" };

const BODIES: readonly AlertBody[] = [
  { kind: "deadline-warning", level: 80, deadline: after(1000), ...SUBJECT },
  { kind: "result-lost", deadline: NOW, detail: "gone", ...SUBJECT },
  { kind: "orphan-found", connection: "acme", jobId: "9b2fe7bb", deadline: NOW },
  { kind: "orphan-gone", connection: "acme", jobId: "9b2fe7bb", detail: "gone" },
  { kind: "connection-stopped", connection: "acme", since: NOW, detail: "refused" },
];

const toAlert = (body: AlertBody, raisedAt = NOW): Alert => ({ id: alertId(body), body, raisedAt });

export function alertTests(given: () => Repositories): void {
  it("keeps alerts of every kind until they are delivered, oldest first", async () => {
    const { alerts } = given();
    const raised = BODIES.map((body, index) => toAlert(body, after(index)));
    expect(await alerts.raise(raised.toReversed())).toHaveLength(BODIES.length);
    expect(await alerts.listUndelivered(NOW, 10)).toEqual(raised.map((alert) => ({ ...alert, failedAttempts: 0 })));
    for (const { id } of raised) await alerts.markDelivered(id, NOW);
    expect(await alerts.listUndelivered(NOW, 10)).toEqual([]);
  });

  it("stores an alert once, however many processes raise it, delivered or not", async () => {
    const { alerts } = given();
    const alert = toAlert(BODIES[0]!);
    const raised = await atOnce(8, () => alerts.raise([alert, alert]));
    expect(raised.flat()).toHaveLength(1);
    await alerts.markDelivered(alert.id, NOW);
    expect(await alerts.raise([alert])).toEqual([]);
  });

  it("postpones an alert that could not be delivered", async () => {
    const { alerts } = given();
    const alert = toAlert(BODIES[0]!);
    await alerts.raise([alert]);
    await alerts.postpone(alert.id, 1, after(10_000));
    expect(await alerts.listUndelivered(after(9999), 10)).toEqual([]);
    expect(await alerts.listUndelivered(after(10_000), 10)).toEqual([{ ...alert, failedAttempts: 1 }]);
  });
}
