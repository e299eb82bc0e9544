import { describe, expect, it } from "vitest";
import { afterDelivery, beginUnavailability, describeUnavailability, isDue } from "../../../src/core/alerts/database-unavailability.ts";

const SINCE = new Date("2026-11-23T07:00:00.000Z");
const minutes = (count: number) => new Date(SINCE.getTime() + count * 60_000);

describe("an alert about a database that cannot be used", () => {
  it.each([
    [0, false],
    [14.99, false],
    [15, true],
    [60, true],
  ])("is due after %d minutes: %s", (after, isAlertDue) => {
    expect(isDue(beginUnavailability(SINCE), minutes(after))).toBe(isAlertDue);
  });

  it("is repeated every four hours once it was delivered", () => {
    const alerted = afterDelivery(beginUnavailability(SINCE), true, minutes(15));
    expect(isDue(alerted, minutes(15 + 239))).toBe(false);
    expect(isDue(alerted, minutes(15 + 240))).toBe(true);
  });

  it("is repeated every minute until it was delivered", () => {
    const alerted = afterDelivery(beginUnavailability(SINCE), false, minutes(15));
    expect(isDue(alerted, minutes(15.99))).toBe(false);
    expect(isDue(alerted, minutes(16))).toBe(true);
  });

  it("always names the time at which the database became unavailable", () => {
    const later = afterDelivery(afterDelivery(beginUnavailability(SINCE), false, minutes(15)), true, minutes(16));
    expect(later.since).toEqual(SINCE);
  });

  it("says when WFM deletes the first results", () => {
    expect(describeUnavailability(beginUnavailability(SINCE), "connection refused; start PostgreSQL", minutes(90))).toBe(
      "Nightferry cannot use its database since 2026-11-23T07:00:00.000Z: connection refused; start PostgreSQL. Until the database is back no " +
        "result is archived and no deadline warning is raised. WFM deletes the first results at 2026-11-24T07:00:00.000Z (22.5 h left)",
    );
  });
});
