import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { warnOfDeadlines } from "../../../src/flows/alerts/warn-of-deadlines.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;

const untilReady = (night: Night) => night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));

function levels(night: Night): number[] {
  return eventsNamed(night, "alert.raised").flatMap(({ body }) => (body.kind === "deadline-warning" ? [body.level] : []));
}

describe("a deadline warning", () => {
  it("is delivered once at every level, with the deadline and what to do", async () => {
    const night = await createNight({ intervalMs: 30_000 });
    night.lake.down = S3_DOWN;
    await untilReady(night);
    await night.pass(23.5 * HOUR_MS);
    const [found] = await night.runs();
    expect(night.delivered).toHaveLength(3);
    expect(night.delivered[0]).toMatch(
      /^schedules 2026-11-22: WFM deletes the result at 2026-11-24T\S+Z \(12 h left, 50 % of its retention time has passed\)/,
    );
    expect(night.delivered.every((message) => message.includes(`nightferry show ${found!.run.id}`))).toBe(true);
    expect(night.delivered.map((message) => /(\d+) %/.exec(message)?.[1])).toEqual(["50", "80", "95"]);
  });

  it("is raised, too, for a job that was last seen in flight half of the retention time ago, because WFM does not answer", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 }, intervalMs: 30_000 });
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "running"));
    night.wfm.down = { reason: "unreachable", target: "https://wfm.example", detail: "gone" };
    await night.pass(13 * HOUR_MS);
    expect(night.delivered).toHaveLength(1);
  });

  it.each([
    ["nothing before half of the retention time", 11.9, []],
    ["50 %", 12.1, [50]],
    ["only the highest level if several have passed while no process ran", 23, [95]],
  ] as const)("is raised for %s", async (_what, hours, expected) => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const deadline = new Date(night.clock.now().getTime() + (24 - hours) * HOUR_MS);
    await seedJob(night.repositories, "ready", { times: { deadline } });
    await warnOfDeadlines(night.ports);
    await warnOfDeadlines(night.ports);
    expect(levels(night)).toEqual(expected);
  });

  it("is not raised for a result that is quarantined", async () => {
    const night = await createNight({ exports: [buildExport({ schedule: null })] });
    const deadline = new Date(night.clock.now().getTime() + HOUR_MS);
    const job = await seedJob(night.repositories, "ready", { times: { deadline } });
    if (job.state !== "ready") throw new Error("the job is not ready");
    const facts = { mediaType: "application/json", encoding: "identity" } as const;
    const copy = { key: "_quarantine/acme/1.json", uri: "memory://1", bytes: 2, sha256: "00", ...facts, quarantinedAt: night.clock.now() };
    night.tables.jobs.set(job.id, { ...job, quarantine: copy });
    await warnOfDeadlines(night.ports);
    expect(levels(night)).toEqual([]);
  });
});
