import { describe, expect, it } from "vitest";
import { type CommandSite, exitCodeOf, openCommandSite } from "../nightferry.ts";

const NOWHERE = { muIds: { names: ["Nowhere"] } };

interface ListedRun {
  readonly id: string;
  readonly outcome: string;
  readonly interval: object;
}

/** A run that cannot be planned, because its selection matches nothing. */
async function openStuckRun(): Promise<{ readonly site: CommandSite; readonly run: ListedRun }> {
  const exports = { schedules: { connection: "acme", exporter: "agent-schedule-detail", select: NOWHERE, destination: "lake" } };
  const site = await openCommandSite({ exports });
  const { error } = await site.try(["run", "schedules", "--from", "2026-11-22", "--to", "2026-11-22"]);
  expect(exitCodeOf(error)).toBe(1);
  const [run] = await listRuns(site);
  expect(String(error)).toMatch(new RegExp(`export schedules selects nothing: .*Nowhere.*\\n  then run: nightferry retry ${run!.id}$`));
  return { site, run: run! };
}

const listRuns = async (site: CommandSite) => (await site.json(["runs"])) as ListedRun[];

describe("a run that waits", () => {
  it("is shown with the reason, and canceled with nightferry cancel", async () => {
    const { site, run } = await openStuckRun();
    expect((await site.run(["show", run.id])).stdout).toMatch(/^not planned yet: export schedules selects nothing/m);
    await site.run(["cancel", run.id]);
    expect(await listRuns(site)).toMatchObject([{ id: run.id, outcome: "canceled" }]);
  });

  it("is started over by nightferry rerun, which prints the id of the new run", async () => {
    const { site, run } = await openStuckRun();
    const { stdout } = await site.run(["rerun", run.id]);
    const [newest, oldest] = await listRuns(site);
    expect(`${newest!.id}\n`).toBe(stdout);
    expect(newest).toMatchObject({ interval: run.interval, outcome: "pending" });
    expect(oldest).toMatchObject({ id: run.id });
  });
});

it.each(["retry", "rerun", "cancel", "show"])("nightferry %s refuses the id of a run that does not exist", async (verb) => {
  const exports = { schedules: { connection: "acme", exporter: "agent-schedule-detail", destination: "lake" } };
  const site = await openCommandSite({ exports });
  for (const id of ["17", "4be0643f-1d98-4bd3-97cd-ca98a65347dd"]) {
    const { error, stdout } = await site.try([verb, id]);
    expect(error).toMatchObject({ message: `there is no run ${id}; nightferry runs lists the runs`, exitCode: 1 });
    expect(stdout).toBe("");
  }
});
