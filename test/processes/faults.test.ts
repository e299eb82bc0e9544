import { expect, it } from "vitest";
import type { Program } from "./follow.ts";
import { openSite } from "./program.ts";

async function end(program: Program): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }> {
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

it("an unknown status word is warned about once in a process", async () => {
  const site = await openSite({ runMs: 8_000 });
  await site.configure({ url: `${site.wfmUrl}/~unknown-status-word` });
  const ran = await end(site.start(["run", "schedules"], { env: { LOG_LEVEL: "warn" } }));
  expect(ran.code).toBe(0);
  expect(site.simulator.stats.statusAll).toBeGreaterThan(2);
  const warnings = ran.stderr.split("\n").filter((line) => line.includes("status.word-unknown"));
  expect(warnings.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 40, connection: "acme", word: "FINALIZING" }]);
});

it("every command names a stopped connection, until an operator's login is accepted", async () => {
  const site = await openSite({ faults: "login-refused" });
  for (let nth = 0; nth < 3 && site.simulator.stats.loginsRefused < 3; nth += 1) {
    const ran = await end(site.start(["run", "schedules"]));
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(/WFM refused/)]);
  }
  const once = await end(site.start(["run", "schedules"]));
  expect([once.code, once.stderr]).toEqual([
    1,
    expect.stringContaining("logins of connection acme in a row; Nightferry stopped logging in"),
  ]);

  const runs = await end(site.start(["runs", "--json"]));
  expect(runs.stderr).toContain("logins of connection acme in a row; Nightferry stopped logging in");
  const [run] = JSON.parse(runs.stdout) as { id: string }[];
  expect((await end(site.start(["show", run?.id ?? ""]))).stderr).toContain(
    "logins of connection acme in a row; Nightferry stopped logging in",
  );
  expect((await end(site.start(["check", "--connect"]))).code).toBe(69);
  // The fourth login was the operator's own.
  expect(site.simulator.stats.loginsRefused).toBe(4);

  site.simulator.setFaults("");
  const checked = await end(site.start(["check", "--connect"]));
  expect([checked.code, checked.stdout]).toEqual([
    0,
    expect.stringContaining("connection acme: was stopped after refused logins, and is started again"),
  ]);
  expect((await end(site.start(["runs"]))).stderr).toBe("");
  expect((await end(site.start(["run", "schedules"]))).code).toBe(0);
});
