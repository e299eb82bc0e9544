import { expect, it } from "vitest";
import { clockOffsetMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../src/core/base/clock.ts";

const now = new Date("2026-11-23T07:00:00.000Z");

it.each([
  ["is positive when the server's clock is ahead", new Date("2026-11-23T07:00:02.500Z"), 2_500],
  ["is negative when the server's clock is behind", new Date("2026-11-23T06:59:00.000Z"), -60_000],
  ["is zero when the clocks agree", now, 0],
  ["is zero when the server does not send its time", null, 0],
])("The clock offset %s", (_when, serverTime, offsetMs) => {
  expect(clockOffsetMs(serverTime, now)).toBe(offsetMs);
});

it("A second, a minute and an hour are counted in milliseconds", () => {
  expect([SECOND_MS, MINUTE_MS, HOUR_MS]).toEqual([1_000, 60_000, 3_600_000]);
});
