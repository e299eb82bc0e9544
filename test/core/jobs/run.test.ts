import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTerminal, type StateName } from "../../../src/core/jobs/job.ts";
import { outcomeOf } from "../../../src/core/jobs/run.ts";
import { jobsByState } from "../../factories/job-samples.ts";

const STATES = Object.keys(jobsByState()) as readonly StateName[];

describe("the outcome of a run", () => {
  it.each<[StateName[], string]>([
    [[], "pending"],
    [["split"], "pending"],
    [["archived", "waiting"], "pending"],
    [["failed", "archiving"], "pending"],
    [["archived", "archived"], "archived"],
    [["split", "archived"], "archived"],
    [["archived", "failed"], "partial"],
    [["archived", "lost"], "partial"],
    [["archived", "canceled"], "partial"],
    [["failed", "lost"], "lost"],
    [["canceled", "lost"], "lost"],
    [["failed", "canceled"], "failed"],
    [["failed", "failed"], "failed"],
    [["canceled", "canceled"], "canceled"],
    [["split", "canceled"], "canceled"],
  ])("of jobs %j is %s", (states, outcome) => {
    expect(outcomeOf(states)).toBe(outcome);
  });

  const states = fc.array(fc.constantFrom(...STATES), { maxLength: 8 });

  it("does not depend on the order of the jobs, nor on jobs that were split", () => {
    fc.assert(
      fc.property(states, fc.nat(3), (jobs, splits) => {
        const others = [...jobs, ...Array.from({ length: splits }, () => "split" as const)].toReversed();
        expect(outcomeOf(others)).toBe(outcomeOf(jobs));
      }),
    );
  });

  it("is pending exactly while a job can change or there is none, and archived exactly when everything is archived", () => {
    fc.assert(
      fc.property(states, (jobs) => {
        const own = jobs.filter((state) => state !== "split");
        expect(outcomeOf(jobs) === "pending").toBe(own.length === 0 || !own.every(isTerminal));
        expect(outcomeOf(jobs) === "archived").toBe(own.length > 0 && own.every((state) => state === "archived"));
      }),
    );
  });
});
