import { describe, expect, it } from "vitest";
import type { StateName } from "../../../src/core/jobs/job.ts";
import { becomesOverdue, explainOverdue, OVERDUE_MS } from "../../../src/core/jobs/overdue.ts";
import { jobsByState, NOW } from "../../factories/job-samples.ts";

const JOBS = jobsByState();
const at = (ms: number) => new Date(NOW.getTime() + ms);

describe("a job that WFM neither finishes nor fails", () => {
  it.each<StateName>(["waiting", "running"])("is overdue after six hours while it is %s", (state) => {
    const job = JOBS[state];
    expect(explainOverdue(job, at(OVERDUE_MS - 1))).toBeNull();
    expect(explainOverdue(job, at(OVERDUE_MS))).toMatchObject({ reason: "job-overdue", hours: 6 });
    expect(explainOverdue(job, at(OVERDUE_MS * 3.9))).toMatchObject({ hours: 23 });
  });

  it.each<StateName>(["pending", "submitting", "ready", "archiving", "archived", "failed", "canceled", "split", "lost"])(
    "is never overdue while it is %s",
    (state) => expect(explainOverdue(JOBS[state], at(10 * OVERDUE_MS))).toBeNull(),
  );

  it("becomes overdue at one poll, and not again at the next", () => {
    const seenAt = (ms: number) => ({ ...JOBS.running, lastSeenInFlightAt: at(ms) });
    expect(becomesOverdue(seenAt(OVERDUE_MS - 60_000), at(OVERDUE_MS - 1))).toBe(false);
    expect(becomesOverdue(seenAt(OVERDUE_MS - 1), at(OVERDUE_MS + 59_000))).toBe(true);
    expect(becomesOverdue(seenAt(OVERDUE_MS + 59_000), at(OVERDUE_MS + 119_000))).toBe(false);
  });
});
