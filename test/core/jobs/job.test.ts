import { describe, expect, it } from "vitest";
import { IN_FLIGHT, isTerminal, type Job, jobIdOf, type StateName, STATE_NAMES } from "../../../src/core/jobs/job.ts";
import { jobsByState } from "../../factories/job-samples.ts";

const STATES = Object.keys(jobsByState()) as readonly StateName[];

it("has a name for each of its states", () => {
  expect(STATE_NAMES.toSorted()).toEqual(STATES.toSorted());
});
const JOB_ID = "9b2fe7bb8362429fb85a16c9373cf50c";

describe("a state", () => {
  it.each<[StateName, boolean, boolean]>([
    ["pending", false, false],
    ["submitting", true, false],
    ["waiting", true, false],
    ["running", true, false],
    ["ready", false, false],
    ["archiving", false, false],
    ["archived", false, true],
    ["failed", false, true],
    ["canceled", false, true],
    ["split", false, true],
    ["lost", false, true],
  ])("%s is in flight: %s, terminal: %s", (state, isInFlight, isOver) => {
    expect([IN_FLIGHT.includes(state), isTerminal(state)]).toEqual([isInFlight, isOver]);
  });

  it("is never both in flight and terminal", () => {
    expect(STATES.filter((state) => IN_FLIGHT.includes(state) && isTerminal(state))).toEqual([]);
  });
});

describe("WFM's id of a job", () => {
  it.each(STATES)("is known of a job that is %s exactly when WFM has accepted it", (state) => {
    expect(jobIdOf(jobsByState()[state])).toBe(state === "pending" || state === "submitting" ? null : JOB_ID);
  });

  it.each<StateName>(["failed", "canceled", "split"])("is unknown of a job that is %s and was never accepted", (state) => {
    expect(jobIdOf({ ...jobsByState()[state], server: null } as Job)).toBeNull();
  });
});
