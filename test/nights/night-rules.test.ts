import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/core/clock.ts";
import type { VendorJobId } from "../../src/core/ids.ts";
import type { Outage } from "./fault-plan.ts";
import { isReported } from "./night-rules.ts";

const JOB = { id: "00000000000000000000000000000001" as VendorJobId, endedAt: 0 };

/** From one hour after the result was there to another. */
function outage(system: Outage["system"], from: number, until: number): Outage {
  return { system, from: from * HOUR_MS, until: until * HOUR_MS };
}

function evidence(change: { readonly outages?: Outage[]; readonly warnedAt?: number; readonly blindAt?: number[] }) {
  const { outages = [], warnedAt, blindAt = [] } = change;
  const warnings = warnedAt === undefined ? [] : [{ vendorJobId: JOB.id, raisedAt: warnedAt * HOUR_MS }];
  return { outages, warnings, blindAt: blindAt.map((at) => at * HOUR_MS) };
}

describe("the loss of a result that nobody could save", () => {
  it.each([
    ["told by its own alarm", evidence({ outages: [outage("wfm", 0, 30)], warnedAt: 12 }), true],
    ["told too late", evidence({ outages: [outage("wfm", 0, 30)], warnedAt: 24.1 }), false],
    ["told by nobody", evidence({ outages: [outage("wfm", 0, 30)] }), false],
    ["told by a word about the database, which could be read", evidence({ outages: [outage("wfm", 0, 30)], blindAt: [13] }), false],
    ["told by that word, when it could not", evidence({ outages: [outage("database", 1, 30)], blindAt: [13] }), true],
    ["told by that word before half of the time was over", evidence({ outages: [outage("database", 1, 30)], blindAt: [2] }), false],
    ["told by nobody, when the database could not be read", evidence({ outages: [outage("database", 1, 30)] }), false],
    ["told by nobody, when nothing of ours ran", evidence({ outages: [outage("processes", 1, 30)] }), true],
    [
      "told by nobody, when nothing ran and then nothing could be read",
      evidence({ outages: [outage("processes", 1, 20), outage("database", 19, 30)] }),
      false,
    ],
  ])("%s", (_how, found, isTold) => {
    expect(isReported(found, JOB)).toBe(isTold);
  });
});
