import { describe, expect, it } from "vitest";
import type { AlertBody } from "../../../src/core/alerts/alert.ts";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { deliverAlerts } from "../../../src/flows/alerts/deliver-alerts.ts";
import { raiseAlerts } from "../../../src/flows/alerts/raise-alerts.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const bodies = ["1", "2", "3"].map((jobId): AlertBody => ({ kind: "orphan-gone", connection: "acme", jobId, detail: "job-unknown" }));

/** A night with three raised alerts; `answers` says which deliveries succeed, and those after them all do. */
async function withAlerts(...answers: boolean[]): Promise<{ readonly night: Night; readonly sent: string[] }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const sent: string[] = [];
  Object.assign(night.ports.notifier!, { notify: async (text: string) => (sent.push(text), answers.shift() ?? true) });
  await raiseAlerts(night.ports, bodies);
  return { night, sent };
}

describe("alerts in the outbox", () => {
  it("are delivered once, oldest first", async () => {
    const { night, sent } = await withAlerts();
    await deliverAlerts(night.ports);
    await deliverAlerts(night.ports);
    expect(sent.map((text) => /job (\d)/.exec(text)?.[1])).toEqual(["1", "2", "3"]);
  });

  it("wait if one of them cannot be delivered, and are delivered later", async () => {
    const { night, sent } = await withAlerts(false);
    await deliverAlerts(night.ports);
    expect(sent).toHaveLength(1);
    expect(eventsNamed(night, "alert.undelivered")).toMatchObject([{ failedAttempts: 1 }]);
    await deliverAlerts(night.ports);
    expect(sent).toHaveLength(3);
    await night.clock.advance(HOUR_MS);
    await deliverAlerts(night.ports);
    expect(sent).toHaveLength(4);
  });

  it("count as delivered if the configuration has no alerts", async () => {
    const { night, sent } = await withAlerts();
    await deliverAlerts({ ...night.ports, notifier: null });
    await deliverAlerts(night.ports);
    expect(sent).toEqual([]);
  });

  it("are delivered later and later while they cannot be delivered, and delay no run", async () => {
    const night = await createNight({ intervalMs: 5000 });
    const answers = [false, false, true];
    const attempts: number[] = [];
    Object.assign(night.ports.notifier!, {
      notify: async () => {
        attempts.push(night.clock.now().getTime());
        return answers.shift() ?? true;
      },
    });
    night.lake.down = S3_DOWN;
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));
    await night.pass(13 * HOUR_MS);
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(attempts).toHaveLength(3);
    expect(attempts[2]! - attempts[1]!).toBeGreaterThan(attempts[1]! - attempts[0]!);
  });
});
