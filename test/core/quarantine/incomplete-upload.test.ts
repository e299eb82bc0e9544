import { describe, expect, it } from "vitest";
import type { Job, JobFacts, StateName } from "../../../src/core/jobs/job.ts";
import { transition } from "../../../src/core/jobs/transition.ts";
import { isAbandoned, isYoung, type UploadEvidence } from "../../../src/core/quarantine/incomplete-upload.ts";
import { buildJob, eventsTo } from "../../factories/build-job.ts";

const NOW = new Date("2026-11-23T12:00:00.000Z");
const KEY = "raw/schedules/business_date=2026-11-22/part-000.json.gz";
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

function jobIn(state: StateName, facts: Partial<JobFacts> = {}): Job {
  return eventsTo(state).reduce<Job>((job, { event, at }) => transition(job, event, at), buildJob(facts));
}

function decide({ key = KEY, uploadId = "u1", hours = 2 }, evidence: Partial<UploadEvidence> = {}): boolean {
  const complete = {
    destination: "lake",
    jobs: [jobIn("ready")],
    stagedIds: new Set<string>(),
    isConnection: (name: string) => name === "acme",
  };
  return isAbandoned({ key, uploadId, startedAt: hoursAgo(hours) }, { ...complete, ...evidence }, NOW);
}

describe("an incomplete upload", () => {
  it.each([
    ["of a job that no worker has claimed", {}, {}],
    ["of jobs that have ended", {}, { jobs: [jobIn("archived"), jobIn("lost"), jobIn("canceled")] }],
    ["beside the one that is staged for its job", {}, { stagedIds: new Set(["u2"]) }],
    ["that is an hour old", { hours: 1 }, {}],
    ["of a quarantine copy after two days", { key: "_quarantine/acme/9b2f.json.gz", hours: 48 }, { jobs: [] }],
  ])("is abandoned: one %s", (_, upload, evidence) => {
    expect(decide(upload, evidence)).toBe(true);
  });

  it.each([
    ["that is younger than an hour", { hours: 0.999 }, {}],
    ["of a job that is being archived", {}, { jobs: [jobIn("ready"), jobIn("archiving")] }],
    ["of a job that is being archived to another destination", {}, { jobs: [jobIn("ready"), jobIn("archiving", { destination: "old" })] }],
    ["that is staged", {}, { stagedIds: new Set(["u1"]) }],
    ["of no job", {}, { jobs: [] }],
    ["of another chunk of the job", { key: KEY.replace("000", "001") }, {}],
    ["of another format of the job", { key: KEY.replace("json", "txt") }, {}],
    ["of a job of another destination", {}, { jobs: [jobIn("ready", { destination: "disk" })] }],
    ["of a quarantine copy that a worker may still continue", { key: "_quarantine/acme/9b2f.json.gz", hours: 47 }, { jobs: [] }],
    ["of a quarantine copy for a connection that is not ours", { key: "_quarantine/other/9b2f.json.gz", hours: 480 }, { jobs: [] }],
    ["of another program", { key: "backups/db.tar", hours: 480 }, {}],
  ])("is not abandoned: one %s", (_, upload, evidence) => {
    expect(decide(upload, evidence)).toBe(false);
  });
});

describe("an upload", () => {
  it("is young for one hour", () => {
    const upload = (hours: number) => ({ key: "backups/db.tar", uploadId: "u1", startedAt: hoursAgo(hours) });
    expect(isYoung(upload(0), NOW)).toBe(true);
    expect(isYoung(upload(0.999), NOW)).toBe(true);
    expect(isYoung(upload(1), NOW)).toBe(false);
  });
});
