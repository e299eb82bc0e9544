import { describe, expect, it } from "vitest";
import type { BusinessDate } from "../../src/core/business-date.ts";
import { type CoveredJob, coverageOf } from "../../src/core/coverage.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { StateName } from "../../src/core/job.ts";
import { outcomeOf } from "../../src/core/run.ts";

const date = (text: string) => text as BusinessDate;
const day = date("2026-11-22");

function job(runId: string, state: StateName, generation = 0, from = day, to = day): CoveredJob {
  const archivedAt = state === "archived" ? new Date(1000 + generation) : null;
  return { runId: runId as RunId, generation, interval: { from, to }, partition: { from, to }, state, archivedAt };
}

describe("coverage of a date", () => {
  it.each<[string, CoveredJob[], string]>([
    ["missing without a run", [], "missing"],
    ["archived when every job is", [job("a", "archived"), job("a", "archived")], "archived"],
    ["partial when some are archived and the rest is over", [job("a", "archived"), job("a", "failed")], "partial"],
    ["pending while anything may still come", [job("a", "archived"), job("a", "ready")], "pending"],
    ["lost when a result is gone", [job("a", "lost"), job("a", "failed")], "lost"],
    ["missing when the run came to nothing", [job("a", "failed")], "missing"],
    ["not counted twice for a job that was split", [job("a", "split"), job("a", "archived")], "archived"],
    ["archived although a rerun is on its way", [job("a", "archived"), job("b", "pending", 1)], "archived"],
    ["archived although a rerun failed", [job("a", "archived"), job("b", "failed", 1)], "archived"],
    ["archived by a rerun of a failed run", [job("a", "failed"), job("b", "archived", 1)], "archived"],
    [
      "partial when the last to publish is, as after the folder was removed",
      [job("a", "archived"), job("b", "archived", 1), job("b", "failed", 1)],
      "partial",
    ],
    ["pending while the last to publish goes on", [job("a", "archived"), job("b", "archived", 1), job("b", "ready", 1)], "pending"],
    [
      "archived in one folder whatever another folder has of it",
      [{ ...job("b", "archived", 1), partition: { from: date("2026-11-20"), to: day } }, job("b", "failed", 1), job("a", "archived")],
      "archived",
    ],
  ])("is %s", (_what, jobs, state) => {
    expect(coverageOf(jobs, { from: day, to: day })[0]?.state).toBe(state);
  });

  it("names the newest run of those that have it", () => {
    const days = coverageOf([job("old", "archived"), job("new", "archived", 1)], { from: day, to: day });
    expect(days).toEqual([{ date: day, state: "archived", runId: "new" }]);
  });

  it("names the run that published last, of whichever generation", () => {
    const late = { ...job("old", "archived"), archivedAt: new Date(5000) };
    expect(coverageOf([late, job("new", "archived", 1)], { from: day, to: day })).toMatchObject([{ state: "archived", runId: "old" }]);
  });

  it("reaches over every date of a job's interval, and no further", () => {
    const jobs = [job("a", "archived", 0, date("2026-11-20"), date("2026-11-21"))];
    const days = coverageOf(jobs, { from: date("2026-11-19"), to: day });
    expect(days.map(({ state }) => state)).toEqual(["missing", "archived", "archived", "missing"]);
  });
});

describe("the outcome of a run", () => {
  it.each<[StateName[], string]>([
    [[], "pending"],
    [["archived", "waiting"], "pending"],
    [["archived", "archived"], "archived"],
    [["split", "archived"], "archived"],
    [["archived", "failed"], "partial"],
    [["archived", "lost"], "partial"],
    [["failed", "lost"], "lost"],
    [["failed", "canceled"], "failed"],
    [["canceled", "canceled"], "canceled"],
  ])("of jobs %j is %s", (states, outcome) => {
    expect(outcomeOf(states)).toBe(outcome);
  });
});
