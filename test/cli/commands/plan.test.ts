import { access } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { query } from "../../postgres/query.ts";
import { type CommandSite, nightferry, openCommandSite, printedJson } from "../nightferry.ts";

interface Planned {
  readonly jobs: readonly { readonly interval: Interval; readonly request: object; readonly uri: string }[];
  readonly problem: string | null;
}

interface Interval {
  readonly from: string;
  readonly to: string;
}

const EXPORTS = {
  schedules: {
    connection: "acme",
    exporter: "agent-schedule-detail",
    window: { from: "-3d", to: "-1d" },
    partition: "interval",
    destination: "lake",
  },
};

async function plan(site: CommandSite): Promise<Planned> {
  const [planned] = (await site.json(["plan", "schedules"])) as [Planned];
  return planned;
}

const byText = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

/** Every row of every table. */
async function dumpTables({ databaseUrl }: CommandSite): Promise<Record<string, unknown>> {
  const schema = new URL(databaseUrl).searchParams.get("schema");
  const tables = await query<{ name: string }>(
    databaseUrl,
    "select table_name as name from information_schema.tables where table_schema = $1 order by 1",
    [schema],
  );
  const dump: Record<string, unknown> = {};
  for (const { name } of tables) dump[name] = await query(databaseUrl, `select to_jsonb(t) as row from "${name}" t order by 1`);
  return dump;
}

describe("nightferry plan", () => {
  it("shows the requests and objects of the next run, with what earlier runs have learned about the size", async () => {
    const exports = { schedules: { ...EXPORTS.schedules, window: { from: "-2d", to: "-1d" }, select: { muIds: [101, 102, 103, 104] } } };
    const site = await openCommandSite({ exports, simulator: { faults: "too-large=4" } });
    const before = await plan(site);
    expect(before.jobs).toHaveLength(1);
    const interval = before.jobs[0]!.interval;
    const run = () => site.run(["run", "schedules", "--from", interval.from, "--to", interval.to]);
    await run();
    const submitted = site.simulator.jobs().length;
    const planned = await plan(site);
    expect(planned.jobs).toHaveLength(2);
    await run();
    const requests = site.simulator
      .jobs()
      .slice(submitted)
      .map(({ request }) => request);
    expect(byText(planned.jobs.map(({ request }) => request))).toEqual(byText(requests));
    const [{ id }] = (await site.json(["runs"])) as [{ id: string }];
    const { artifacts } = (await site.json(["show", id])) as { artifacts: { uri: string }[] };
    expect(planned.jobs.map(({ uri }) => uri).sort()).toEqual(artifacts.map(({ uri }) => uri).sort());
  });

  it("submits nothing and changes no row", async () => {
    const site = await openCommandSite({ exports: EXPORTS });
    await site.run(["run", "schedules"]);
    const rows = await dumpTables(site);
    expect(Object.keys(rows)).toContain("jobs");
    const { submits } = site.simulator.stats;
    await plan(site);
    expect(await dumpTables(site)).toEqual(rows);
    expect(site.simulator.stats.submits).toBe(submits);
  });

  it("creates no embedded database", async () => {
    const site = await openCommandSite({ exports: EXPORTS });
    const { DATABASE_URL: _, ...variables } = site.variables;
    expect(await printedJson(["plan"], variables)).toMatchObject([{ problem: null, jobs: [{}] }]);
    await expect(access(variables["NIGHTFERRY_HOME"]!)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("logs in no more than three times with a wrong password, so that WFM does not lock the account", async () => {
    const site = await openCommandSite({ exports: EXPORTS });
    await site.run(["run", "schedules"]);
    const wrong = { ...site.variables, WFM_PASSWORD: "wrong" };
    for (let time = 0; time < 5; time += 1) await printedJson(["plan"], wrong);
    const [last] = (await printedJson(["plan"], wrong)) as [Planned];
    expect(last).toMatchObject({ jobs: [], problem: expect.stringContaining("nightferry check --connect") as string });
    expect(site.simulator.stats.loginsRefused).toBeLessThanOrEqual(3);
  });

  it("prints scheduled times, requests, objects and names that match nothing, for people", async () => {
    const select = { muIds: { names: ["Sales *", "Nowhere"] } };
    const site = await openCommandSite({ exports: { schedules: { ...EXPORTS.schedules, schedule: "30 1 1 1 *", select } } });
    const { stdout } = await nightferry(["plan"], site.variables);
    expect(stdout.match(/^ {2}due \d{4}-01-01T01:30:00Z for \d{4}-12-29\.\.\d{4}-12-31$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^ {2}POST agent-schedule-detail \{.*"muIds":\[101,102\].*\}$/m);
    expect(stdout).toMatch(/^ {4}-> \/.*\/raw\/schedules\/business_date=.*\/part-000\.json\.gz$/m);
    expect(stdout).toContain('nothing that this login may view matches muIds.names "Nowhere"');
  });
});
