import { randomUUID } from "node:crypto";
import type { OrphanId } from "../../src/core/ids.ts";
import type { OrphanFacts, OrphanState } from "../../src/core/orphan.ts";
import type { VendorJob } from "../../src/core/smartsync.ts";
import { buildVendorJobId } from "./build-job.ts";

type FoundOrphan = OrphanFacts & Extract<OrphanState, { readonly state: "found" }>;

/** A finished job that nobody here asked for, found and not touched yet. */
export function buildOrphan(facts: Partial<OrphanFacts> = {}): FoundOrphan {
  const vendorJobId = facts.vendorJobId ?? buildVendorJobId();
  const completedAt = new Date("2026-11-23T07:00:00.000Z");
  return {
    id: randomUUID() as OrphanId,
    connection: "acme",
    vendorJobId,
    status: buildVendorStatus({ vendorJobId }),
    foundAt: new Date("2026-11-23T08:00:00.000Z"),
    completedAt,
    deadline: new Date(completedAt.getTime() + 86_400_000),
    version: 0,
    ...facts,
    state: "found",
    attempt: 0,
    notBefore: null,
    lastFailure: null,
  };
}

export function buildVendorStatus(overrides: Partial<VendorJob> = {}): VendorJob {
  return {
    vendorJobId: buildVendorJobId(),
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
