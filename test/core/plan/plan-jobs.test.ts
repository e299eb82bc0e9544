import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, datesOf } from "../../../src/core/base/business-date.ts";
import type { Entity } from "../../../src/core/exports/entity.ts";
import type { EntitySelection, Selection } from "../../../src/core/exports/export-definition.ts";
import { countCells } from "../../../src/core/plan/chunk.ts";
import {
  chunkOfJob,
  describeUnmatched,
  failedChunkOfJob,
  kindsNeeded,
  partitionsOf,
  planJobs,
  resolveEntities,
  unmatchedIn,
} from "../../../src/core/plan/plan-jobs.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildJob } from "../../factories/build-job.ts";
import { buildInterval, buildRun } from "../../factories/build-run.ts";
import { FAILURES } from "../../factories/failure-samples.ts";

const NOW = new Date("2026-11-23T08:00:00.000Z");

const ENTITIES: readonly Entity[] = [
  { kind: "mu", id: 101, name: "Sales East" },
  { kind: "mu", id: 102, name: "Sales West" },
  { kind: "mu", id: 103, name: "Sales Test 1" },
  { kind: "ct", id: 201, name: "Sales Voice" },
  { kind: "bu", id: 301, name: "Sales" },
];

function idsFrom(first: number): () => string {
  let id = first;
  return () => `job-${id++}`;
}

describe("the kinds of entities that a selection needs", () => {
  it.each<[Selection, string[]]>([
    [{ muIds: "all" }, ["mu"]],
    [{ muIds: [101] }, []],
    [{ buIds: { names: ["*"] }, ctIds: { except: [201] } }, ["bu", "ct"]],
    [{ buIds: [301], ctIds: "all" }, ["ct"]],
    [{ timeOff: { allTimeOffGroups: {} } }, []],
    [{}, []],
  ])("%j are %j", (selection, kinds) => {
    expect(kindsNeeded(selection)).toEqual(kinds);
  });
});

describe("a resolved selection", () => {
  it("has the entities that match, and the names and ids that match nothing", () => {
    const select = {
      muIds: { names: ["Sales *", "Salez *"], except: ["Sales Test*", "Tests", 103, 900] },
      ctIds: { names: ["Sales Voice"] },
    };
    expect(resolveEntities(buildExport({ select }), ENTITIES)).toEqual({
      ok: true,
      value: {
        selection: { muIds: [101, 102], ctIds: [201] },
        unmatched: ['muIds.names "Salez *"', 'muIds.except "Tests"', "muIds.except 900"],
      },
    });
  });

  it("omits a member that matches nothing while another one matches", () => {
    const resolved = resolveEntities(buildExport({ select: { buIds: { names: ["Nowhere"] }, ctIds: [201] } }), ENTITIES);
    expect(resolved).toMatchObject({ ok: true, value: { selection: { ctIds: [201] }, unmatched: ['buIds.names "Nowhere"'] } });
    expect(Object.keys(resolved.ok ? resolved.value.selection : {})).toEqual(["ctIds"]);
  });

  it("needs no entities when it selects time off", () => {
    const timeOff = { timeOffGroupList: [{ timeOffGroup: 3, timeOffRules: ["Vacation"] }] };
    expect(resolveEntities(buildExport({ select: { timeOff } }), [])).toEqual({
      ok: true,
      value: { selection: { timeOff }, unmatched: [] },
    });
  });

  it.each<[Selection, string]>([
    [{ muIds: { names: ["Salez *", "Bill"] } }, 'nothing that this login may view matches muIds.names "Salez *", muIds.names "Bill"'],
    [{ muIds: { names: ["Bill"] } }, 'nothing that this login may view matches muIds.names "Bill"'],
    [{ muIds: { names: ["Sales *"], except: ["Sales*"] } }, "no entity of this login matches its muIds"],
    [{ buIds: { except: ["*"] }, ctIds: { except: ["*"] } }, "no entity of this login matches its buIds and ctIds"],
    [{}, "no entity of this login matches its selection"],
  ])("is a failure when %j selects nothing: %s", (select, detail) => {
    const resolved = resolveEntities(buildExport({ select }), ENTITIES);
    expect(resolved).toEqual({ ok: false, error: { reason: "nothing-selected", exportName: "schedules", detail } });
  });

  it.each<[EntitySelection, string[]]>([
    ["all", []],
    [[900], []],
    [{ names: ["Nowhere"] }, ['muIds.names "Nowhere"']],
  ])("of muIds %j leaves %j unmatched", (muIds, unmatched) => {
    expect(unmatchedIn({ muIds }, ENTITIES)).toEqual(unmatched);
  });

  it("names what is unmatched in a sentence", () => {
    expect(describeUnmatched(['muIds.names "A"', "ctIds.except 7"])).toBe(
      'nothing that this login may view matches muIds.names "A", ctIds.except 7',
    );
  });
});

describe("the partitions of a run", () => {
  const interval = buildInterval("2026-11-20", "2026-11-22");

  it("are its business dates, or its whole interval", () => {
    expect(partitionsOf({ partition: "date" }, interval)).toEqual(
      ["2026-11-20", "2026-11-21", "2026-11-22"].map((date) => buildInterval(date)),
    );
    expect(partitionsOf({ partition: "interval" }, interval)).toEqual([interval]);
  });
});

describe("the planned jobs of a run", () => {
  it("are one pending job for each business date, when nothing is known about sizes", () => {
    const run = buildRun({ interval: buildInterval("2026-11-21", "2026-11-22") });
    const selection = { muIds: [101, 102] };
    const jobs = planJobs(run, buildExport(), { selection, mostCells: null, maySplitByDate: true, newId: idsFrom(1), now: NOW });
    expect(jobs).toHaveLength(2);
    expect(jobs[1]).toEqual({
      id: "job-2",
      runId: run.id,
      exportName: "schedules",
      connection: "acme",
      exporter: "agent-schedule-detail",
      destination: "lake",
      outputFormat: "JSON",
      request: { timeFormat: "24", startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", muIds: [101, 102] },
      interval: buildInterval("2026-11-22"),
      partition: buildInterval("2026-11-22"),
      chunk: 0,
      splitFrom: null,
      createdAt: NOW,
      version: 0,
      state: "pending",
      failedAttempts: 0,
      notBefore: null,
      lastFailure: null,
    });
  });

  it("request every date and entity once, in chunks of the known size that are told apart within their partition", () => {
    const muIds = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
    const partition = fc.constantFrom("date" as const, "interval" as const);
    fc.assert(
      fc.property(fc.nat(5), muIds, fc.option(fc.integer({ min: 1, max: 20 })), partition, (days, ids, mostCells, by) => {
        const interval = { from: buildInterval().from, to: addDays(buildInterval().from, days) };
        const planning = { selection: { muIds: ids }, mostCells, maySplitByDate: true, newId: idsFrom(1), now: NOW };
        const jobs = planJobs(buildRun({ interval }), buildExport({ partition: by }), planning);
        const cells = jobs.flatMap((job) =>
          datesOf(job.interval).flatMap((date) => (job.request["muIds"] as number[]).map((id) => `${date} ${id}`)),
        );
        expect(cells.sort()).toEqual(
          datesOf(interval)
            .flatMap((date) => ids.map((id) => `${date} ${id}`))
            .sort(),
        );
        expect(jobs.filter(({ request }) => countCells(request) > (mostCells ?? Infinity))).toEqual([]);
        expect(new Set(jobs.map((job) => `${job.partition.from} ${job.chunk}`)).size).toBe(jobs.length);
        expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
      }),
    );
  });
});

describe("a chunk of a job", () => {
  const job = {
    ...buildJob({ version: 7 }),
    state: "pending",
    failedAttempts: 3,
    notBefore: NOW,
    lastFailure: FAILURES["job-failed"],
  } as const;
  const chunk = { request: { ...job.request, muIds: [102] }, interval: job.interval, chunk: 4 };

  it("is a new job that has never been attempted", () => {
    const made = chunkOfJob(job, chunk, { newId: idsFrom(1), now: NOW });
    expect(made).toEqual({
      ...job,
      ...chunk,
      id: "job-1",
      splitFrom: job.id,
      createdAt: NOW,
      version: 0,
      failedAttempts: 0,
      notBefore: null,
      lastFailure: null,
    });
  });

  it("is a failed job when it will not be submitted", () => {
    const failure = FAILURES["entities-forbidden"];
    const made = failedChunkOfJob(job, chunk, { failure, newId: idsFrom(1), now: NOW });
    expect(made).toMatchObject({
      ...chunk,
      id: "job-1",
      splitFrom: job.id,
      version: 0,
      state: "failed",
      failedAt: NOW,
      failure,
      server: null,
    });
    expect(Object.keys(made)).not.toContain("notBefore");
  });
});
