import { randomUUID } from "node:crypto";
import type { BusinessDate, Interval } from "../../src/core/base/business-date.ts";
import type { RunId } from "../../src/core/base/ids.ts";
import type { Run } from "../../src/core/jobs/run.ts";

export function buildInterval(from = "2026-11-22", to = from): Interval {
  return { from: from as BusinessDate, to: to as BusinessDate };
}

/** A run of `schedules` that waits to be planned. */
export function buildRun(overrides: Partial<Run> = {}): Run {
  return {
    id: randomUUID() as RunId,
    exportName: "schedules",
    interval: buildInterval(),
    generation: 0,
    trigger: "schedule",
    scheduledAt: new Date("2026-11-23T07:30:00.000Z"),
    createdAt: new Date("2026-11-23T07:30:01.250Z"),
    selection: null,
    selectionChange: null,
    planning: { failedAttempts: 0, notBefore: null, lastFailure: null },
    outcome: "pending",
    finishedAt: null,
    ...overrides,
  };
}
