import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, datesOf } from "../../../src/core/base/business-date.ts";
import { type CoveredJob, coverageOf } from "../../../src/core/coverage/coverage.ts";
import type { RunId } from "../../../src/core/base/ids.ts";
import type { StateName } from "../../../src/core/jobs/job.ts";

const date = (text: string) => text as BusinessDate;
const day = date("2026-11-22");

function job(runId: string, state: StateName, generation = 0, from = day, to = day): CoveredJob {
  const archivedAt = state === "archived" ? new Date(1000 + generation) : null;
  return { runId: runId as RunId, generation, interval: { from, to }, partition: { from, to }, state, archivedAt };
}

describe("the coverage of a date", () => {
  it.each<[string, CoveredJob[], string]>([
    ["missing without a run", [], "missing"],
    ["archived when every job is archived", [job("a", "archived"), job("a", "archived")], "archived"],
    ["partial when some jobs are archived and the others have ended", [job("a", "archived"), job("a", "failed")], "partial"],
    ["pending while a job can still be archived", [job("a", "archived"), job("a", "ready")], "pending"],
    ["lost when a result was lost", [job("a", "lost"), job("a", "failed")], "lost"],
    ["missing when the run failed", [job("a", "failed")], "missing"],
    ["archived without regard to a job that was split", [job("a", "split"), job("a", "archived")], "archived"],
    ["archived while a rerun is pending", [job("a", "archived"), job("b", "pending", 1)], "archived"],
    ["archived after a rerun failed", [job("a", "archived"), job("b", "failed", 1)], "archived"],
    ["archived after the rerun of a failed run", [job("a", "failed"), job("b", "archived", 1)], "archived"],
    [
      "partial when the last run that published is partial, as after the partition was removed",
      [job("a", "archived"), job("b", "archived", 1), job("b", "failed", 1)],
      "partial",
    ],
    [
      "pending while the last run that published continues",
      [job("a", "archived"), job("b", "archived", 1), job("b", "ready", 1)],
      "pending",
    ],
    [
      "archived in one partition, whatever another partition with the date contains",
      [{ ...job("b", "archived", 1), partition: { from: date("2026-11-20"), to: day } }, job("b", "failed", 1), job("a", "archived")],
      "archived",
    ],
  ])("is %s", (_what, jobs, state) => {
    expect(coverageOf(jobs, { from: day, to: day })[0]?.state).toBe(state);
  });

  it("names the newest of the runs that archived it", () => {
    const days = coverageOf([job("old", "archived"), job("new", "archived", 1)], { from: day, to: day });
    expect(days).toEqual([{ date: day, state: "archived", runId: "new" }]);
  });

  it("names the run that published last, whatever its generation", () => {
    const late = { ...job("old", "archived"), archivedAt: new Date(5000) };
    expect(coverageOf([late, job("new", "archived", 1)], { from: day, to: day })).toMatchObject([{ state: "archived", runId: "old" }]);
  });

  it("includes every date of a job's interval, and no other", () => {
    const jobs = [job("a", "archived", 0, date("2026-11-20"), date("2026-11-21"))];
    const days = coverageOf(jobs, { from: date("2026-11-19"), to: day });
    expect(days.map(({ state }) => state)).toEqual(["missing", "archived", "archived", "missing"]);
  });

  it.each<[StateName, string]>([
    ["pending", "pending"],
    ["submitting", "pending"],
    ["waiting", "pending"],
    ["running", "pending"],
    ["ready", "pending"],
    ["archiving", "pending"],
    ["archived", "archived"],
    ["failed", "missing"],
    ["canceled", "missing"],
    ["split", "missing"],
    ["lost", "lost"],
  ])("of a job that is %s is %s", (state, expected) => {
    expect(coverageOf([job("a", state)], { from: day, to: day })[0]?.state).toBe(expected);
  });

  it("is preferred from the newest run of those in the same state", () => {
    const jobs = [job("new", "failed", 1), job("old", "failed")];
    for (const inOrder of [jobs, jobs.toReversed()]) {
      expect(coverageOf(inOrder, { from: day, to: day })).toEqual([{ date: day, state: "missing", runId: "new" }]);
    }
  });

  it("is archived by the newest of two runs that published at the same time", () => {
    const jobs = [job("new", "archived", 1), job("old", "archived")].map((one) => ({ ...one, archivedAt: new Date(1000) }));
    for (const inOrder of [jobs, jobs.toReversed()]) {
      expect(coverageOf(inOrder, { from: day, to: day })).toEqual([{ date: day, state: "archived", runId: "new" }]);
    }
  });

  const anyJob = fc.record({
    runId: fc.constantFrom("a", "b", "c"),
    state: fc.constantFrom<StateName>("pending", "archived", "failed", "lost", "split"),
    offset: fc.nat(4),
    days: fc.nat(2),
  });

  it("always has one state for each date, and is archived or partial only if a job of that date is archived", () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 8 }), (list) => {
        const jobs = list.map(({ runId, state, offset, days }) => {
          const from = addDays(day, offset);
          return job(runId, state, "abc".indexOf(runId), from, addDays(from, days));
        });
        const range = { from: day, to: addDays(day, 5) };
        const covered = coverageOf(jobs, range);
        expect(covered.map(({ date }) => date)).toEqual(datesOf(range));
        for (const { date, state, runId } of covered) {
          const own = jobs.filter(({ interval }) => interval.from <= date && date <= interval.to);
          expect(runId === null).toBe(own.length === 0);
          if (state === "archived" || state === "partial") expect(own.some((one) => one.state === "archived")).toBe(true);
        }
      }),
    );
  });
});
