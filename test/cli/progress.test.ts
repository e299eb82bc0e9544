import { describe, expect, it } from "vitest";
import { describeRuns } from "../../src/cli/progress.ts";
import type { StateName } from "../../src/core/jobs/job.ts";
import type { Run, RunWithJobs } from "../../src/core/jobs/run.ts";
import { buildRun } from "../factories/build-run.ts";
import { jobsByState } from "../factories/job-samples.ts";

const plain = { style: (_: unknown, text: string) => text };

function runOf(states: readonly StateName[], overrides: Partial<Run> = {}): RunWithJobs {
  const run = buildRun({ selection: { muIds: [101] }, ...overrides });
  return { run, jobs: states.map((state) => ({ ...jobsByState()[state], runId: run.id })) };
}

describe("the progress of a run", () => {
  it.each<[StateName, string]>([
    ["pending", "to be submitted"],
    ["submitting", "being submitted"],
    ["waiting", "queued in WFM"],
    ["running", "running in WFM"],
    ["ready", "ready to download"],
    ["archiving", "being downloaded and checked"],
  ])("with one %s job reads: %s", (state, words) => {
    expect(describeRuns(plain, [runOf([state])])).toBe(`0 of 1 archived\n  schedules 2026-11-22  ${words}`);
  });

  it("with several jobs counts them by what happens to them, without those that others replace", () => {
    const found = runOf(["split", "archived", "running", "running", "failed"]);
    expect(describeRuns(plain, [found])).toBe("1 of 4 archived\n  schedules 2026-11-22  1 archived, 2 running in WFM, 1 failed");
  });

  it("that is not planned yet says so, and counts as one", () => {
    expect(describeRuns(plain, [runOf([], { selection: null })])).toBe("0 of 1 archived\n  schedules 2026-11-22  being planned");
  });

  it("that has ended is counted, and no longer listed", () => {
    expect(describeRuns(plain, [runOf(["archived"], { outcome: "archived" })])).toBe("1 of 1 archived");
  });

  it("is one line for each of 24 runs, and a number for the others", () => {
    const lines = describeRuns(
      plain,
      Array.from({ length: 30 }, () => runOf(["pending"])),
    ).split("\n");
    expect(lines).toHaveLength(26);
    expect(lines.at(-1)).toBe("  and 6 more");
  });
});
