import { describe, expect, it } from "vitest";
import type { Job, JobFacts, StateName } from "../../src/core/job.ts";
import { moveJob } from "../../src/core/job-transitions.ts";
import { readArtifactKey, readRescuedKey } from "../../src/core/object-key.ts";
import { type UploadEvidence, isStray } from "../../src/core/stray-upload.ts";
import { buildJob, eventsTo } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";

const NOW = new Date("2026-11-23T12:00:00.000Z");
const KEY = "schedules/date=2026-11-22/part-000.json.gz";
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

function jobIn(state: StateName, facts: Partial<JobFacts> = {}): Job {
  return eventsTo(state).reduce<Job>((job, { event, at }) => moveJob(job, event, at), buildJob(facts));
}

function judge({ key = KEY, uploadId = "u1", hours = 2 }, evidence: Partial<UploadEvidence> = {}): boolean {
  const complete = {
    destination: "lake",
    jobs: [jobIn("ready")],
    stagedIds: new Set<string>(),
    isConnection: (name: string) => name === "acme",
  };
  return isStray({ key, uploadId, startedAt: hoursAgo(hours) }, { ...complete, ...evidence }, NOW);
}

describe("an unfinished upload", () => {
  it.each([
    ["of a job that nobody archives", {}, {}],
    ["of a job that is over", {}, { jobs: [jobIn("archived"), jobIn("lost"), jobIn("canceled")] }],
    ["beside one of its job that is staged", {}, { stagedIds: new Set(["u2"]) }],
    ["that is just an hour old", { hours: 1 }, {}],
    ["of a rescue that was given up", { key: "_rescued/acme/9b2f.json.gz", hours: 48 }, { jobs: [] }],
  ])("is stray: one %s", (_, upload, evidence) => {
    expect(judge(upload, evidence)).toBe(true);
  });

  it.each([
    ["that is younger than an hour", { hours: 0.999 }, {}],
    ["of a job that is being archived", {}, { jobs: [jobIn("ready"), jobIn("archiving")] }],
    [
      "of a job that is being archived by the name of another destination",
      {},
      { jobs: [jobIn("ready"), jobIn("archiving", { destination: "old" })] },
    ],
    ["that is staged", {}, { stagedIds: new Set(["u1"]) }],
    ["of no job", {}, { jobs: [] }],
    ["of a job's other part", { key: KEY.replace("000", "001") }, {}],
    ["of a job's other format", { key: KEY.replace("json", "txt") }, {}],
    ["of a job that stores somewhere else", {}, { jobs: [jobIn("ready", { destination: "disk" })] }],
    ["of a rescue that may still go on", { key: "_rescued/acme/9b2f.json.gz", hours: 47 }, { jobs: [] }],
    ["of a rescue of somebody else's connection", { key: "_rescued/other/9b2f.json.gz", hours: 480 }, { jobs: [] }],
    ["of somebody else", { key: "backups/db.tar", hours: 480 }, {}],
  ])("is left alone: one %s", (_, upload, evidence) => {
    expect(judge(upload, evidence)).toBe(false);
  });
});

describe("the key of an upload", () => {
  it.each([
    [KEY, { exportName: "schedules", partition: buildInterval("2026-11-22") }],
    ["a/date=2026-11-16--2026-11-22/part-1000.xml.gz", { exportName: "a", partition: buildInterval("2026-11-16", "2026-11-22") }],
    ["schedules/date=2026-11-22/_manifest.json", null],
    ["schedules/date=2026-13-22/part-000.json.gz", null],
    ["x/schedules/date=2026-11-22/part-000.json.gz", null],
    ["backups/db.tar", null],
  ])("%s tells its folder, or none", (key, expected) => {
    expect(readArtifactKey(key)).toEqual(expected);
  });

  it.each([
    ["_rescued/acme/9b2f.json.gz", "acme"],
    ["_rescued/acme/", null],
    ["_rescued/x", null],
    ["x/_rescued/acme/9b2f", null],
  ])("%s tells whose result was rescued, or nothing", (key, expected) => {
    expect(readRescuedKey(key)).toBe(expected);
  });
});
