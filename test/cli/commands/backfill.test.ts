import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openCommandSite } from "../nightferry.ts";

const EXPORTS = { schedules: { connection: "acme", exporter: "agent-schedule-detail", destination: "lake" } };

it("nightferry backfill runs the dates that are not archived yet, and coverage and verify find all of them", async () => {
  const site = await openCommandSite({ exports: EXPORTS });
  const range = (from: string, to: string) => ["schedules", "--from", from, "--to", to];
  await site.run(["run", ...range("2026-11-21", "2026-11-21")]);
  const filled = await site.run(["backfill", ...range("2026-11-20", "2026-11-22")]);
  expect(filled.stderr).toBe("1 date already archived\n");
  expect(filled.stdout.match(/^archived schedules \d+ records, .* \S+$/gm)).toHaveLength(2);
  expect(site.simulator.stats.submits).toBe(3);

  expect((await site.run(["backfill", ...range("2026-11-20", "2026-11-22")])).stdout).toBe("no run is needed\n");
  const coverage = await site.json(["coverage", ...range("2026-11-19", "2026-11-22")]);
  expect(coverage).toMatchObject(["missing", "archived", "archived", "archived"].map((state) => ({ state })));

  expect((await site.run(["verify"])).stdout).toBe("3 partitions read back, 0 problems\n");
  expect((await site.run(["verify", "schedules", "--sample", "1%"])).stdout).toBe("1 partition read back, 0 problems\n");
  await appendFile(join(site.archive, "raw/schedules/business_date=2026-11-20/part-000.json.gz"), "x");
  const { error, stdout } = await site.try(["verify"]);
  expect(stdout).toBe("3 partitions read back, 1 problem\n");
  expect(error).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/^schedules 2026-11-20: .* the manifest says \d+$/) as string,
  });
});
