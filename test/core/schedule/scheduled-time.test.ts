import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate } from "../../../src/core/base/business-date.ts";
import {
  dueScheduledTimes,
  explainBadCron,
  MISSED_AFTER_MS,
  nextScheduledTime,
  type ScheduledTime,
} from "../../../src/core/schedule/scheduled-time.ts";

const DAY_MS = 86_400_000;
const at = (iso: string) => new Date(iso);
const ZONES = Intl.supportedValuesOf("timeZone").map((timeZone) => [timeZone, daysOfInterest(timeZone)] as const);

describe("scheduled times", () => {
  it("belong to the local date of their instant", () => {
    expect(nextScheduledTime({ cron: "30 1 * * *", timeZone: "America/Chicago" }, at("2026-11-23T00:00:00Z"))).toEqual({
      at: at("2026-11-23T07:30:00Z"),
      localDate: "2026-11-23",
    });
    expect(nextScheduledTime({ cron: "30 23 * * *", timeZone: "Pacific/Auckland" }, at("2026-11-23T00:00:00Z"))).toEqual({
      at: at("2026-11-23T10:30:00Z"),
      localDate: "2026-11-23",
    });
  });

  it.each(["0 0 * * *", "30 0 * * *", "30 2 * * *"])("of %s come once on every local date of 2026, in every time zone", (cron) => {
    const wrong: string[] = [];
    for (const [timeZone, starts] of ZONES) {
      for (const start of starts) {
        const dates = datesOfTimes({ cron, timeZone }, start, 7);
        const expected = dates.map((_, days) => addDays(dates[0] as BusinessDate, days));
        if (dates.join() !== expected.join()) wrong.push(`${timeZone} ${start.toISOString()}: ${dates.join(" ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("end when the schedule never matches", () => {
    const never = { cron: "0 0 31 2 *", timeZone: "UTC" };
    expect(nextScheduledTime(never, at("2026-11-23T00:00:00Z"))).toBeNull();
    const nextDueAt = at("2026-11-22T00:00:00Z");
    expect(dueScheduledTimes(never, { nextDueAt, catchUp: "all" }, at("2026-11-23T00:00:00Z"))).toEqual({
      times: [{ at: nextDueAt, localDate: "2026-11-22" }],
      next: null,
    });
  });
});

function datesOfTimes(schedule: { cron: string; timeZone: string }, start: Date, count: number): string[] {
  const dates: string[] = [];
  let after = start;
  while (dates.length < count) {
    const time = nextScheduledTime(schedule, after) as ScheduledTime;
    dates.push(time.localDate);
    after = time.at;
  }
  return dates;
}

/** Instants before each change of the zone's offset in 2026, at most five days, and one ordinary day. Only days with a change can go wrong. */
function daysOfInterest(timeZone: string): Date[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offset = (date: Date) => format.formatToParts(date).find((part) => part.type === "timeZoneName")?.value;
  const days = [at("2026-06-15T12:00:00Z")];
  for (let day = at("2026-01-01T00:00:00Z"); day < at("2027-01-01T00:00:00Z"); day = new Date(day.getTime() + 3 * DAY_MS)) {
    const next = new Date(day.getTime() + 3 * DAY_MS);
    if (offset(day) !== offset(next)) days.push(new Date(day.getTime() - 2 * DAY_MS));
  }
  return days;
}

describe("missed scheduled times", () => {
  const schedule = { cron: "30 1 * * *", timeZone: "UTC" };
  const nextDueAt = at("2026-11-20T01:30:00Z");
  const now = at("2026-11-23T01:31:00Z");

  it("are all made up for with catchUp all, oldest first", () => {
    const { times, next } = dueScheduledTimes(schedule, { nextDueAt, catchUp: "all" }, now);
    expect(times.map((time) => time.localDate)).toEqual(["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]);
    expect(next?.at).toEqual(at("2026-11-24T01:30:00Z"));
  });

  it("are made up for by the latest one with catchUp latest", () => {
    expect(dueScheduledTimes(schedule, { nextDueAt, catchUp: "latest" }, now).times.map((time) => time.localDate)).toEqual(["2026-11-23"]);
  });

  it("are skipped with catchUp none, except one that was due within the last ten minutes", () => {
    expect(dueScheduledTimes(schedule, { nextDueAt, catchUp: "none" }, now).times.map((time) => time.localDate)).toEqual(["2026-11-23"]);
    const late = new Date(at("2026-11-23T01:30:00Z").getTime() + MISSED_AFTER_MS + 1);
    expect(dueScheduledTimes(schedule, { nextDueAt, catchUp: "none" }, late).times).toEqual([]);
  });

  it("are made up for exactly ten minutes later, but not after that, with catchUp none", () => {
    const timesAfter = (ms: number) =>
      dueScheduledTimes(schedule, { nextDueAt, catchUp: "none" }, new Date(nextDueAt.getTime() + ms)).times;
    expect(timesAfter(10 * 60_000)).toEqual([{ at: nextDueAt, localDate: "2026-11-20" }]);
    expect(timesAfter(10 * 60_000 + 1)).toEqual([]);
  });

  it("include one that is due at this very moment", () => {
    expect(dueScheduledTimes(schedule, { nextDueAt, catchUp: "all" }, nextDueAt).times).toEqual([
      { at: nextDueAt, localDate: "2026-11-20" },
    ]);
  });

  it("do not exist before the next one is due", () => {
    const early = at("2026-11-20T01:29:59Z");
    expect(dueScheduledTimes(schedule, { nextDueAt, catchUp: "all" }, early)).toEqual({
      times: [],
      next: { at: nextDueAt, localDate: "2026-11-20" },
    });
  });
});

describe("the scheduled times to run now", () => {
  const minutes = fc.integer({ min: 0, max: 4 * 24 * 60 });

  it("are always those that have passed, in order, and the next one never has", () => {
    fc.assert(
      fc.property(minutes, minutes, fc.constantFrom("17 * * * *", "30 1 * * *", "0 0 * * 1"), (due, passed, cron) => {
        const schedule = { cron, timeZone: "America/Chicago" };
        const nextDueAt = nextScheduledTime(schedule, new Date(at("2026-10-30T00:00:00Z").getTime() + due * 60_000))!.at;
        const now = new Date(at("2026-10-30T00:00:00Z").getTime() + passed * 60_000);
        const all = dueScheduledTimes(schedule, { nextDueAt, catchUp: "all" }, now);
        const instants = all.times.map((time) => time.at.getTime());
        expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
        expect(instants.every((instant) => instant <= now.getTime())).toBe(true);
        expect(all.next!.at > now).toBe(true);
        const latest = dueScheduledTimes(schedule, { nextDueAt, catchUp: "latest" }, now);
        expect(latest).toEqual({ times: all.times.slice(-1), next: all.next });
        const none = dueScheduledTimes(schedule, { nextDueAt, catchUp: "none" }, now);
        expect(none.next).toEqual(all.next);
        expect(none.times).toEqual(all.times.filter((time) => now.getTime() - time.at.getTime() <= MISSED_AFTER_MS));
      }),
    );
  });

  it("are refused for a policy that does not exist", () => {
    const due = { nextDueAt: at("2026-11-20T01:30:00Z"), catchUp: "some" as never };
    expect(() => dueScheduledTimes({ cron: "30 1 * * *", timeZone: "UTC" }, due, at("2026-11-23T00:00:00Z"))).toThrow("unexpected value");
  });
});

describe("a cron expression", () => {
  it.each([
    ["30 1 * * *", null],
    ["*/15 6-22 * * 1-5", null],
    ["@daily", "five fields"],
    ["30 1 * *", "five fields"],
    ["0 30 1 * * *", "five fields"],
    ["61 1 * * *", "61"],
    ["0 0 31 2 *", "never"],
  ])("%j is refused because of %j", (cron, complaint) => {
    const why = explainBadCron(cron);
    if (complaint === null) expect(why).toBeNull();
    else expect(why).toContain(complaint);
  });
});
