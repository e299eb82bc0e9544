import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertBody, alertId, describeAlert, subjectOf } from "../../../src/core/alerts/alert.ts";
import type { JobId, RunId } from "../../../src/core/base/ids.ts";
import { buildJob } from "../../factories/build-job.ts";
import { buildInterval } from "../../factories/build-run.ts";

const NOW = new Date("2026-11-23T20:00:00.000Z");
const DEADLINE = new Date("2026-11-24T00:48:00.000Z");
const SUBJECT = { connection: "acme", jobId: "9b2f", exportName: "schedules", from: "2026-11-22", to: "2026-11-22", runId: "run-1" };

const BODIES: Readonly<Record<AlertBody["kind"], AlertBody>> = {
  "deadline-warning": { kind: "deadline-warning", level: 80, deadline: DEADLINE, ...SUBJECT },
  "result-lost": { kind: "result-lost", deadline: DEADLINE, detail: "WFM no longer knows job 9b2f", ...SUBJECT },
  "orphan-found": { kind: "orphan-found", connection: "acme", jobId: "9b2f", deadline: DEADLINE },
  "orphan-gone": { kind: "orphan-gone", connection: "acme", jobId: "9b2f", detail: "WFM no longer knows job 9b2f" },
  "connection-stopped": { kind: "connection-stopped", connection: "acme", since: NOW, detail: "WFM refused 3 logins" },
};
const ALL = Object.values(BODIES);

describe("an alert", () => {
  it.each<[AlertBody, string]>([
    [
      BODIES["deadline-warning"],
      "schedules 2026-11-22: WFM deletes the result at 2026-11-24T00:48:00.000Z (4.8 h left, 80 % of its retention time has passed), and it is " +
        "not archived yet; nightferry show run-1 says why",
    ],
    [
      { ...BODIES["deadline-warning"], from: "2026-11-20" } as AlertBody,
      "schedules 2026-11-20..2026-11-22: WFM deletes the result at 2026-11-24T00:48:00.000Z (4.8 h left, 80 % of its retention time has " +
        "passed), and it is not archived yet; nightferry show run-1 says why",
    ],
    [
      BODIES["result-lost"],
      "schedules 2026-11-22: WFM deleted the result before it was archived (WFM no longer knows job 9b2f); nightferry retry run-1 requests it again",
    ],
    [
      BODIES["orphan-found"],
      "connection acme: job 9b2f on the server was not requested by any run here; WFM deletes its result at 2026-11-24T00:48:00.000Z",
    ],
    [
      BODIES["orphan-gone"],
      "connection acme: WFM deleted the result of job 9b2f, which was not requested by any run here, before it was copied (WFM no longer knows " +
        "job 9b2f)",
    ],
    [BODIES["connection-stopped"], "WFM refused 3 logins"],
  ])("says what happens, until when, and what to do: %#", (body, text) => {
    expect(describeAlert(body, NOW)).toBe(text);
  });

  it.each(ALL)("never contains undefined: $kind", (body) => {
    expect(describeAlert(body, NOW)).not.toMatch(/undefined|NaN|\[object/);
    expect(alertId(body)).not.toMatch(/undefined|NaN|\[object/);
  });

  it("is refused if its kind does not exist", () => {
    expect(() => describeAlert({ kind: "other" } as never, NOW)).toThrow("unexpected value");
  });
});

describe("the id of an alert", () => {
  it.each([
    ["deadline-warning", "deadline-warning/acme/9b2f/80"],
    ["result-lost", "result-lost/acme/9b2f"],
    ["orphan-found", "orphan-found/acme/9b2f"],
    ["orphan-gone", "orphan-gone/acme/9b2f"],
    ["connection-stopped", "connection-stopped/acme/2026-11-23T20:00:00.000Z"],
  ] as const)("of %s is %s", (kind, id) => {
    expect(alertId(BODIES[kind])).toBe(id);
  });

  it("is the same exactly when the message is about the same thing", () => {
    const body = fc
      .record({
        kind: fc.constantFrom(...ALL),
        connection: fc.constantFrom("a", "b"),
        jobId: fc.constantFrom("1", "2"),
        level: fc.constantFrom(50 as const, 80 as const),
      })
      .map(({ kind, ...facts }): AlertBody => ({ ...kind, ...facts }));
    const aboutWhat = ({ kind, connection, ...facts }: AlertBody) => {
      const { jobId, level } = facts as { readonly jobId?: string; readonly level?: number };
      return JSON.stringify([kind, connection, jobId, kind === "deadline-warning" ? level : null]);
    };
    fc.assert(
      fc.property(body, body, (one, other) => {
        fc.pre(one.kind !== "connection-stopped" && other.kind !== "connection-stopped");
        expect(alertId(one) === alertId(other)).toBe(aboutWhat(one) === aboutWhat(other));
      }),
    );
  });

  it("is a new one for each time that a connection was stopped", () => {
    const later = { ...BODIES["connection-stopped"], since: DEADLINE } as AlertBody;
    expect(alertId(later)).not.toBe(alertId(BODIES["connection-stopped"]));
  });
});

describe("the subject of an alert", () => {
  it("names the job on the server, the run, and the dates", () => {
    const job = buildJob({ runId: "run-1" as RunId, interval: buildInterval("2026-11-20", "2026-11-22") });
    expect(subjectOf(job, "9b2f" as JobId)).toEqual({ ...SUBJECT, from: "2026-11-20" });
  });
});
