import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { openEmbeddedPostgres } from "../../src/embedded/open-embedded-postgres.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { openDatabase } from "../../src/postgres/database.ts";
import { discardHome } from "./fixtures/discard-home.ts";
import { makeDue, openSite, type Program, type Site } from "./program.ts";

/** What the specification allows between the signal and the end. */
const LONGEST_STOP_MS = 10_000;

const time = z.iso.datetime();
const count = z.number().int().nonnegative();

/** The shapes that other programs read, as the design states them. */
const runFields = {
  id: z.uuid(),
  export: z.string(),
  interval: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  trigger: z.enum(["schedule", "backfill", "manual"]),
  outcome: z.string(),
  createdAt: time,
  finishedAt: time.nullable(),
};
const runsShape = z.array(z.strictObject({ ...runFields, jobs: count }));
const jobShape = z.object({
  id: z.uuid(),
  jobId: z.string().length(32).nullable(),
  state: z.string(),
  submittedAt: time.nullable(),
  completedAt: time.nullable(),
  deadline: time.nullable(),
  records: count.nullable(),
  bytes: count.nullable(),
  failure: z.object({ reason: z.string(), message: z.string() }).nullable(),
});
const artifactShape = z.strictObject({ uri: z.string(), bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/), records: count });
const showShape = z.object({ ...runFields, jobs: z.array(jobShape), artifacts: z.array(artifactShape) });
const coverageShape = z.array(
  z.strictObject({
    date: z.iso.date(),
    state: z.enum(["archived", "partial", "pending", "missing", "lost"]),
    runId: z.uuid().nullable(),
  }),
);

/** The embedded database of the site's home, for as long as `work` takes. */
async function withEmbedded<T>(home: string, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const opened = await openEmbeddedPostgres({ home, clock: systemClock });
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return await work(opened.value.databaseUrl);
  } finally {
    await opened.value.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** A site without a DATABASE_URL: its commands share the embedded database of its home. */
async function openEmbeddedSite() {
  const site = await openSite();
  const home = join(site.folder, "home");
  onTestFinished(async () => {
    if (!(await exists(home))) return;
    await withEmbedded(home, async () => undefined);
    await discardHome(home);
  });
  const start = (args: readonly string[]) => site.start(args, { shell: "unset DATABASE_URL" });
  const readJson = async (args: readonly string[]): Promise<unknown> => {
    const program = start([...args, "--json"]);
    expect(await program.ended, program.stderr()).toBe(0);
    expect(program.stderr()).toBe("");
    return JSON.parse(program.stdout());
  };
  return { site, home, start, readJson };
}

async function jobStates(site: Site): Promise<string[]> {
  const database = openDatabase(site.database.url);
  try {
    return (await database.stores.runs.list({ limit: 10 })).flatMap(({ jobs }) => jobs.map((job) => job.state));
  } finally {
    await database.close();
  }
}

async function startSlowFetch(site: Site): Promise<Program> {
  const up = site.start(["up"]);
  await up.logged("process.started");
  await makeDue(site, "schedules");
  await up.logged(`"to":"archiving"`);
  await expect.poll(() => site.simulator.stats.resultBytes, { timeout: 20_000 }).toBeGreaterThan(0);
  return up;
}

describe("up", () => {
  it("archives a due slot, while other commands of its home read what happened as JSON", { timeout: 60_000 }, async () => {
    const { site, home, start, readJson } = await openEmbeddedSite();
    const up = start(["up"]);
    await up.logged("process.started");
    await withEmbedded(home, (url) => makeDue({ ...site, database: { ...site.database, url } }, "schedules"));
    await up.logged(`"event":"run.finished"`);

    const [runs, coverage] = await Promise.all([readJson(["runs"]), readJson(["coverage", "schedules"])]);
    const [run, ...others] = runsShape.parse(runs);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ export: "schedules", trigger: "schedule", outcome: "archived", jobs: 1 });
    const shown = showShape.parse(await readJson(["show", run!.id]));
    expect(shown).toMatchObject({ id: run!.id, jobs: [{ state: "archived", failure: null, jobId: site.simulator.jobs()[0]?.jobId }] });
    expect(shown.jobs[0]?.records).toBe(site.simulator.jobs()[0]?.totalRecords);
    expect(shown.artifacts.map(({ records, bytes }) => ({ records, bytes }))).toEqual([
      { records: shown.jobs[0]?.records, bytes: shown.jobs[0]?.bytes },
    ]);
    const days = coverageShape.parse(coverage);
    expect(days.find((day) => day.date === run!.interval.from)).toEqual({ date: run!.interval.from, state: "archived", runId: run!.id });
    expect(days.filter((day) => day.state !== "missing")).toHaveLength(1);
    expect(await site.objects()).toHaveLength(3);

    up.child.kill("SIGTERM");
    expect(await up.ended).toBe(0);
    expect(up.stdout()).toBe("");
    // It leaves the data in place while a server still runs there.
    await discardHome(home);
    expect(await exists(home)).toBe(false);
  });

  it("answers at /health, and says on standard error where", async () => {
    const site = await openSite();
    const up = site.start(["up"]);
    const { http } = z.object({ http: z.url() }).parse(JSON.parse(await up.logged("process.started")));
    await expect.poll(async () => (await fetch(`${http}/health`)).status, { timeout: 20_000 }).toBe(200);
    up.child.kill("SIGTERM");
    expect(await up.ended).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("puts a half-fetched result down on %s, and fetches it after its next start", async (signal) => {
    const site = await openSite({ faults: "slow-body=100" });
    const up = await startSlowFetch(site);
    const before = performance.now();
    up.child.kill(signal);
    expect(await up.ended, up.stderr()).toBe(0);
    expect(performance.now() - before).toBeLessThan(LONGEST_STOP_MS);
    expect(await site.objects()).toEqual([]);
    expect(await jobStates(site)).toEqual(["ready"]);

    site.simulator.set("");
    const again = site.start(["up"]);
    await again.logged(`"event":"run.finished"`);
    expect(await jobStates(site)).toEqual(["archived"]);
    expect(await site.objects()).toHaveLength(3);
    expect(site.simulator.stats.submits).toBe(1);
    again.child.kill(signal);
    expect(await again.ended).toBe(0);
  });
});
