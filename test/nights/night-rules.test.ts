import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/core/base/clock.ts";
import type { JobId } from "../../src/core/base/ids.ts";
import type { Downtime } from "./fault-plan.ts";
import { isReported } from "./night-rules.ts";

const JOB = { id: "00000000000000000000000000000001" as JobId, endedAt: 0 };

/** From one hour after the result was there to another. */
function downtime(component: Downtime["component"], from: number, until: number): Downtime {
  return { component, from: from * HOUR_MS, until: until * HOUR_MS };
}

function evidence(change: { readonly downtimes?: Downtime[]; readonly warnedAt?: number; readonly databaseAlertedAt?: number[] }) {
  const { downtimes = [], warnedAt, databaseAlertedAt = [] } = change;
  const warnings = warnedAt === undefined ? [] : [{ jobId: JOB.id, raisedAt: warnedAt * HOUR_MS }];
  return { downtimes, warnings, databaseAlertedAt: databaseAlertedAt.map((at) => at * HOUR_MS) };
}

describe("the loss of a result that could not be saved", () => {
  it.each([
    ["told by its own alert", evidence({ downtimes: [downtime("wfm", 0, 30)], warnedAt: 12 }), true],
    ["told too late", evidence({ downtimes: [downtime("wfm", 0, 30)], warnedAt: 24.1 }), false],
    ["not reported", evidence({ downtimes: [downtime("wfm", 0, 30)] }), false],
    [
      "told by a word about the database, which could be read",
      evidence({ downtimes: [downtime("wfm", 0, 30)], databaseAlertedAt: [13] }),
      false,
    ],
    ["told by that word, when it could not", evidence({ downtimes: [downtime("database", 1, 30)], databaseAlertedAt: [13] }), true],
    [
      "told by that word before half of the time was over",
      evidence({ downtimes: [downtime("database", 1, 30)], databaseAlertedAt: [2] }),
      false,
    ],
    ["not reported, when the database could not be read", evidence({ downtimes: [downtime("database", 1, 30)] }), false],
    ["not reported, when nothing of ours ran", evidence({ downtimes: [downtime("processes", 1, 30)] }), true],
    [
      "not reported, when nothing ran and then nothing could be read",
      evidence({ downtimes: [downtime("processes", 1, 20), downtime("database", 19, 30)] }),
      false,
    ],
  ])("%s", (_how, found, isTold) => {
    expect(isReported(found, JOB)).toBe(isTold);
  });
});
