import type { BusinessDate } from "../../src/core/base/business-date.ts";
import type { JobRowId, RunId, JobId } from "../../src/core/base/ids.ts";
import type { Finished, Job, JobFacts, OnServer, StateName, Attempts } from "../../src/core/jobs/job.ts";

export const NOW = new Date("2026-11-23T07:00:00.000Z");

export const FACTS: JobFacts = {
  id: "00000000-0000-4000-8000-000000000001" as JobRowId,
  runId: "00000000-0000-4000-8000-0000000000aa" as RunId,
  exportName: "schedules",
  connection: "acme",
  exporter: "agent-schedule-detail",
  destination: "lake",
  outputFormat: "JSON",
  interval: { from: "2026-11-22" as BusinessDate, to: "2026-11-22" as BusinessDate },
  partition: { from: "2026-11-22" as BusinessDate, to: "2026-11-22" as BusinessDate },
  chunk: 0,
  splitFrom: null,
  request: { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", timeFormat: "24", muIds: [101] },
  createdAt: NOW,
  version: 7,
};

const tries: Attempts = { failedAttempts: 0, notBefore: null, lastFailure: null };
const server: OnServer = {
  jobId: "9b2fe7bb8362429fb85a16c9373cf50c" as JobId,
  claimedByReconciliation: true,
  submittedAt: NOW,
  lastSeenInFlightAt: NOW,
};
const finished: Finished = {
  ...server,
  completedAt: NOW,
  deadline: new Date(NOW.getTime() + 86_400_000),
  announced: { records: 1, compressedBytes: null, uncompressedBytes: null },
  additionalDetails: null,
  quarantine: null,
};
const failure = { reason: "job-failed", detail: "Internal server error" } as const;

/** One job in every state there is. */
export function jobsByState(): Readonly<Record<StateName, Job>> {
  return {
    pending: { ...FACTS, ...tries, state: "pending" },
    submitting: { ...FACTS, ...tries, state: "submitting", fencingToken: "t", intentAt: NOW },
    waiting: { ...FACTS, ...server, state: "waiting" },
    running: { ...FACTS, ...server, state: "running" },
    ready: { ...FACTS, ...finished, ...tries, state: "ready" },
    archiving: { ...FACTS, ...finished, ...tries, state: "archiving", fencingToken: "t", leaseUntil: NOW },
    archived: { ...FACTS, ...finished, state: "archived", archivedAt: NOW },
    failed: { ...FACTS, state: "failed", failedAt: NOW, failure, server },
    canceled: { ...FACTS, state: "canceled", canceledAt: NOW, failure, server },
    split: { ...FACTS, state: "split", splitAt: NOW, failure, server },
    lost: { ...FACTS, ...finished, state: "lost", lostAt: NOW, failure },
  };
}
