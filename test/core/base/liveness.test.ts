import { expect, it } from "vitest";
import { aliveSince, HEARTBEAT_MS } from "../../../src/core/base/liveness.ts";

const now = new Date("2026-11-23T07:00:00.000Z");

it("A process counts as dead when it has shown no heartbeat for 15 seconds", () => {
  expect(aliveSince(now)).toEqual(new Date("2026-11-23T06:59:45.000Z"));
});

it("A process may be late with two heartbeats in a row", () => {
  expect(now.getTime() - aliveSince(now).getTime()).toBeGreaterThan(2 * HEARTBEAT_MS);
});
