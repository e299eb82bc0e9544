import { expect, it } from "vitest";
import type { AlertBody } from "../../../src/core/alerts/alert.ts";
import { raiseAlerts } from "../../../src/flows/alerts/raise-alerts.ts";
import { createNight, eventsNamed } from "../../simulated/night.ts";

const GONE: AlertBody = { kind: "orphan-gone", connection: "acme", jobId: "1", detail: "job-unknown" };

it("an alert is stored and reported once, however many processes raise it", async () => {
  const night = await createNight();
  await Promise.all([1, 2, 3].map(() => raiseAlerts(night.ports, [GONE])));
  await raiseAlerts(night.ports, [GONE, { ...GONE, jobId: "2" }]);
  expect(eventsNamed(night, "alert.raised").map(({ body }) => "jobId" in body && body.jobId)).toEqual(["1", "2"]);
  expect(await night.repositories.alerts.listUndelivered(night.clock.now(), 10)).toHaveLength(2);
});

it("a raised alert waits in the outbox with the sentence that its event has", async () => {
  const night = await createNight();
  await raiseAlerts(night.ports, [GONE]);
  expect(await night.repositories.alerts.listUndelivered(night.clock.now(), 10)).toMatchObject([
    { body: GONE, raisedAt: night.clock.now(), failedAttempts: 0 },
  ]);
  expect(eventsNamed(night, "alert.raised")[0]?.text).toContain("job 1");
});

it("no alerts cost no statement", async () => {
  const night = await createNight();
  Object.assign(night.repositories.alerts, { raise: () => Promise.reject(new Error("not expected")) });
  await raiseAlerts(night.ports, []);
  expect(night.events).toEqual([]);
});
