import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { SmartSyncFailure } from "../../../src/core/base/failure.ts";
import { planNextPoll } from "../../../src/flows/poll/plan-next-poll.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, type NightOptions, createNight, eventsNamed } from "../../simulated/night.ts";

const DONE = { failedPolls: 0, listed: 7, failure: null };

async function openNight(options: NightOptions = {}): Promise<Night> {
  return await createNight({ exports: [buildExport({ schedule: null })], ...options });
}

function waitOf(night: Night): number | null {
  const { nextPollAt } = night.tables.connections.get("acme")!;
  return nextPollAt && nextPollAt.getTime() - night.clock.now().getTime();
}

describe("the next poll", () => {
  it("follows within a minute while a job is in flight, and a wake-up is due at its time", async () => {
    const night = await openNight();
    await seedJob(night.repositories, "running", { times: { submittedAt: night.clock.now() } });
    await planNextPoll(night.ports, "acme", DONE);
    expect(waitOf(night)).toBe(2000);
    expect(night.wakeUps.pending()).toEqual([{ role: "poll", id: "acme" }]);
    expect(night.wakeUps.nextDueAt()).toEqual(night.tables.connections.get("acme")!.nextPollAt);
    expect(eventsNamed(night, "connection.polled")).toEqual([
      { event: "connection.polled", connection: "acme", inFlight: 1, listed: 7, nextInMs: 2000 },
    ]);
  });

  it("follows after an hour if only orphans are looked for, and not at all if they are ignored", async () => {
    const night = await openNight();
    await planNextPoll(night.ports, "acme", DONE);
    expect(waitOf(night)).toBe(HOUR_MS);
    const ignoring = await openNight({ connection: { orphans: "ignore" } });
    await planNextPoll(ignoring.ports, "acme", DONE);
    expect([waitOf(ignoring), ignoring.wakeUps.pending()]).toEqual([null, []]);
  });

  it.each<[string, SmartSyncFailure, number]>([
    ["a refused login", { reason: "login-rejected", target: "https://wfm.example", detail: "Unauthorized" }, 5 * MINUTE_MS],
    ["an answer that asks to wait", { reason: "rate-limited", target: "https://wfm.example", retryAfterMs: 90_000 }, 90_000],
  ])("waits after %s as long as it has to", async (_what, failure, waitMs) => {
    const night = await openNight();
    await seedJob(night.repositories, "running", { times: { submittedAt: night.clock.now() } });
    await planNextPoll(night.ports, "acme", { failedPolls: 1, listed: 0, failure });
    expect(waitOf(night)).toBe(waitMs);
    expect(night.tables.connections.get("acme")!.failedPolls).toBe(1);
    expect(eventsNamed(night, "connection.poll-failed")).toMatchObject([{ connection: "acme", failure, nextInMs: waitMs }]);
  });
});
