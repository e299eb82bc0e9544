import { randomUUID } from "node:crypto";
import type { OrphanId } from "../../src/core/base/ids.ts";
import type { OrphanFacts, OrphanState } from "../../src/core/quarantine/orphan.ts";
import type { WfmJob } from "../../src/core/ports/smartsync.ts";
import { buildJobId } from "./build-job.ts";

type FoundOrphan = OrphanFacts & Extract<OrphanState, { readonly state: "found" }>;

/** A finished job that none of our runs requested. It was found, and no worker has claimed it yet. */
export function buildOrphan(facts: Partial<OrphanFacts> = {}): FoundOrphan {
  const jobId = facts.jobId ?? buildJobId();
  const completedAt = new Date("2026-11-23T07:00:00.000Z");
  return {
    id: randomUUID() as OrphanId,
    connection: "acme",
    jobId,
    status: buildWfmStatus({ jobId }),
    foundAt: new Date("2026-11-23T08:00:00.000Z"),
    completedAt,
    deadline: new Date(completedAt.getTime() + 86_400_000),
    version: 0,
    ...facts,
    state: "found",
    failedAttempts: 0,
    notBefore: null,
    lastFailure: null,
  };
}

export function buildWfmStatus(overrides: Partial<WfmJob> = {}): WfmJob {
  return {
    jobId: buildJobId(),
    status: "completed",
    statusWord: "COMPLETED_SUCCESFULLY",
    exporterType: "agent-schedule-detail",
    outputFormat: "JSON",
    lastStatusChange: new Date("2026-11-23T07:00:00.000Z"),
    errorDetails: null,
    announced: { records: 3, compressedBytes: 100, uncompressedBytes: 900 },
    additionalDetails: "MU 101",
    ...overrides,
  };
}
