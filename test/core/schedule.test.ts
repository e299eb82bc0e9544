import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate, countDays } from "../../src/core/business-date.ts";
import { dueSlots, explainBadCron, MISSED_AFTER_MS, nextSlot, type Slot } from "../../src/core/schedule.ts";

const at = (iso: string) => new Date(iso);

describe("slots", () => {
  it("belong to the local date of their instant", () => {
    expect(nextSlot({ cron: "30 1 * * *", timeZone: "America/Chicago" }, at("2026-11-23T00:00:00Z"))).toEqual({
      at: at("2026-11-23T07:30:00Z"),
      localDate: "2026-11-23",
    });
    expect(nextSlot({ cron: "30 23 * * *", timeZone: "Pacific/Auckland" }, at("2026-11-23T00:00:00Z"))).toEqual({
      at: at("2026-11-23T10:30:00Z"),
      localDate: "2026-11-23",
    });
  });

  it.each(["0 0 * * *", "30 0 * * *", "30 2 * * *"])("of %s come once on every local date, in every time zone, through 2026", (cron) => {
    const wrong: string[] = [];
    for (const timeZone of Intl.supportedValuesOf("timeZone")) {
      // A transition changes the offset, so only the days around one can go wrong; the others are taken in strides.
      for (const start of transitionDays(timeZone)) {
        const dates = datesOfSlots({ cron, timeZone }, start, 4);
        const expected = [0, 1, 2, 3].map((days) => addDays(dates[0] as BusinessDate, days));
        if (dates.join() !== expected.join()) wrong.push(`${timeZone} ${start.toISOString()}: ${dates.join(" ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function datesOfSlots(schedule: { cron: string; timeZone: string }, start: Date, count: number): string[] {
  const dates: string[] = [];
  let after = start;
  while (dates.length < count) {
    const slot = nextSlot(schedule, after) as Slot;
    dates.push(slot.localDate);
    after = slot.at;
  }
  return dates;
}

/** Instants two days before each change of the zone's offset in 2026, and one ordinary day. */
function transitionDays(timeZone: string): Date[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offset = (date: Date) => format.formatToParts(date).find((part) => part.type === "timeZoneName")?.value;
  const days = [at("2026-06-15T12:00:00Z")];
  for (let day = at("2026-01-02T00:00:00Z"); day < at("2027-01-01T00:00:00Z"); day = new Date(day.getTime() + 86_400_000)) {
    const before = new Date(day.getTime() - 86_400_000);
    if (offset(before) !== offset(day)) days.push(new Date(day.getTime() - 3 * 86_400_000));
  }
  return days;
}

describe("missed slots", () => {
  const schedule = { cron: "30 1 * * *", timeZone: "UTC" };
  const nextDueAt = at("2026-11-20T01:30:00Z");
  const now = at("2026-11-23T01:31:00Z");

  it("are all made up for by catchUp all, oldest first", () => {
    const { slots, next } = dueSlots(schedule, { nextDueAt, catchUp: "all" }, now);
    expect(slots.map((slot) => slot.localDate)).toEqual(["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]);
    expect(next?.at).toEqual(at("2026-11-24T01:30:00Z"));
  });

  it("leave the newest with catchUp latest", () => {
    expect(dueSlots(schedule, { nextDueAt, catchUp: "latest" }, now).slots.map((slot) => slot.localDate)).toEqual(["2026-11-23"]);
  });

  it("are let go by catchUp none, but a slot that is due now is not one of them", () => {
    expect(dueSlots(schedule, { nextDueAt, catchUp: "none" }, now).slots.map((slot) => slot.localDate)).toEqual(["2026-11-23"]);
    const late = new Date(at("2026-11-23T01:30:00Z").getTime() + MISSED_AFTER_MS + 1);
    expect(dueSlots(schedule, { nextDueAt, catchUp: "none" }, late).slots).toEqual([]);
  });

  it("do not exist before the next slot is due", () => {
    const early = at("2026-11-20T01:29:59Z");
    expect(dueSlots(schedule, { nextDueAt, catchUp: "all" }, early)).toEqual({
      slots: [],
      next: { at: nextDueAt, localDate: "2026-11-20" },
    });
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
  ])("%s is judged", (cron, complaint) => {
    const why = explainBadCron(cron);
    if (complaint === null) expect(why).toBeNull();
    else expect(why).toContain(complaint);
  });
});

describe("days of an interval", () => {
  it("are counted with both ends", () => {
    expect(countDays({ from: "2026-02-27" as BusinessDate, to: "2026-03-01" as BusinessDate })).toBe(3);
  });
});
