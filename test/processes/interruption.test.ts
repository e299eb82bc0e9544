import { describe, expect, inject, it } from "vitest";
import { openDatabase } from "../../src/postgres/database.ts";
import { makeDue, openSite, type Site } from "./program.ts";

/** What the specification allows between the signal and the end. */
const LONGEST_STOP_MS = 10_000;

async function jobStates(site: Site): Promise<string[]> {
  const database = openDatabase(site.database.url);
  try {
    return (await database.repositories.runs.list({ limit: 10 })).flatMap(({ jobs }) => jobs.map((job) => job.state));
  } finally {
    await database.close();
  }
}

async function expireLeases(site: Site): Promise<void> {
  const database = openDatabase(site.database.url);
  try {
    await database.prisma.job.updateMany({ where: { state: "archiving" }, data: { leaseUntil: new Date(0) } });
  } finally {
    await database.close();
  }
}

describe("an interrupted process", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("puts its work down on %s, and the next start goes on", async (signal) => {
    const site = await openSite({ faults: "slow-body=100" });
    const run = site.start(["run", "schedules"], { env: { LOG_LEVEL: "info" } });
    await run.logged(`"to":"archiving"`);
    const before = Date.now();
    run.child.kill(signal);
    expect(await run.ended).toBe(1);
    expect(Date.now() - before).toBeLessThan(LONGEST_STOP_MS);
    expect(run.stderr()).toContain("interrupted; nothing is lost");
    expect(await site.objects()).toEqual([]);
    expect(await jobStates(site)).toEqual(["ready"]);

    site.simulator.setFaults("");
    const up = site.start(["up"]);
    await up.logged(`"event":"run.finished"`);
    up.child.kill(signal);
    expect(await up.ended).toBe(0);
    expect(await jobStates(site)).toEqual(["archived"]);
    expect(site.simulator.stats.submits).toBe(1);
  });

  it("that was killed -9 loses nothing: its lease runs out, and the result is fetched again", async () => {
    const site = await openSite({ faults: "slow-body=100" });
    const up = site.start(["up"]);
    await up.logged("process.started");
    await makeDue(site, "schedules");
    await up.logged(`"to":"archiving"`);
    up.child.kill("SIGKILL");
    expect(await up.ended).toBe("SIGKILL");
    expect(await site.objects()).toEqual([]);
    await expireLeases(site);
    site.simulator.setFaults("");
    const again = site.start(["up"]);
    await again.logged(`"event":"run.finished"`);
    expect(await jobStates(site)).toEqual(["archived"]);
    expect(site.simulator.stats.submits).toBe(1);
    again.child.kill("SIGTERM");
    expect(await again.ended).toBe(0);
  });
});

const redisUrl = inject("redisUrl");

describe("separate processes", () => {
  it("archive a night together, with their queues in PostgreSQL", () => expectArchivedTogether({}));

  it.skipIf(redisUrl === null)("archive a night together, with their queues in the Redis of TEST_REDIS_URL", () =>
    expectArchivedTogether({ QUEUE_URL: redisUrl ?? "" }),
  );

  async function expectArchivedTogether(env: Record<string, string>): Promise<void> {
    const site = await openSite();
    const processes = ["scheduler", "submitter", "archiver", "reconciler"].map((name) =>
      site.start([], { env, entry: `workers/${name}.js` }),
    );
    await Promise.all(processes.map((one) => one.logged("process.started")));
    await makeDue(site, "schedules");
    await processes[2]!.logged(`"event":"run.finished"`);
    expect(site.simulator.stats.submits).toBe(1);
    expect(await site.objects()).toHaveLength(3);
    for (const one of processes) one.child.kill("SIGTERM");
    expect(await Promise.all(processes.map((one) => one.ended))).toEqual([0, 0, 0, 0]);
  }
});

describe("runs and show", () => {
  it("print one JSON document each, also while up works on the same embedded database", async () => {
    const site = await openSite();
    const embedded = { DATABASE_URL: null };
    const up = site.start(["up"], { env: embedded });
    await up.logged("process.started");
    const run = site.start(["run", "schedules"], { env: embedded });
    expect(await run.ended, run.stderr()).toBe(0);
    const runs = site.start(["runs", "--json"], { env: embedded });
    expect(await runs.ended).toBe(0);
    const documents: unknown = JSON.parse(runs.stdout());
    expect(documents).toMatchObject([{ export: "schedules", trigger: "manual", outcome: "archived", jobs: 1 }]);
    const [{ id }] = documents as [{ id: string }];
    const show = site.start(["show", id, "--json"], { env: embedded });
    expect(await show.ended).toBe(0);
    expect(JSON.parse(show.stdout())).toMatchObject({
      id,
      jobs: [{ state: "archived", failure: null, records: expect.any(Number) }],
      artifacts: [{ uri: expect.stringContaining("part-000.json.gz"), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    up.child.kill("SIGTERM");
    expect(await up.ended).toBe(0);
  });
});
