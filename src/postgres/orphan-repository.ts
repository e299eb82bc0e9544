import { z } from "zod";
import { assertNever } from "../core/base/assert-never.ts";
import type { OrphanId, JobId } from "../core/base/ids.ts";
import type { Orphan, OrphanState } from "../core/quarantine/orphan.ts";
import type { WfmJob } from "../core/ports/smartsync.ts";
import type { OrphanRepository } from "../core/persistence/orphan-repository.ts";
import { type Orphan as OrphanRow, Prisma, type PrismaClient } from "./generated/client.ts";
import { MOST_URGENT_FIRST, isDueAt } from "./job-order.ts";
import { read, readCopy, readFailure, toJson, toNullableJson } from "./json-columns.ts";
import { readPresent, readWord } from "./read-column.ts";

export function createOrphanRepository(prisma: PrismaClient): OrphanRepository {
  return {
    known: async (connection, ids) => {
      const rows = await prisma.orphan.findMany({
        where: { connectionName: connection, jobId: { in: [...ids] } },
        select: { jobId: true },
      });
      return new Set(rows.map(({ jobId }) => jobId));
    },
    add: async (orphan) => (await prisma.orphan.createMany({ data: [orphanToRow(orphan)], skipDuplicates: true })).count === 1,
    listFound: async ({ connections, now, limit }) => {
      if (connections.length === 0) return [];
      const where = { connectionName: { in: [...connections] }, state: "found", ...isDueAt(now) };
      return (await prisma.orphan.findMany({ where, orderBy: MOST_URGENT_FIRST, take: limit })).map(rowToOrphan);
    },
    transition: async (before, after) => {
      const where = { id: before.id, state: before.state, version: before.version };
      const { count } = await prisma.orphan.updateMany({ where, data: { version: after.version, ...stateToRow(after) } });
      return count === 1;
    },
    extendLease: async (id, fencingToken, leaseUntil) =>
      (await prisma.orphan.updateMany({ where: { id, state: "copying", fencingToken }, data: { leaseUntil } })).count === 1,
    listExpiredLeases: async (now, limit) => {
      const where = { state: "copying", leaseUntil: { lte: now } };
      const rows = await prisma.orphan.findMany({ where, orderBy: [{ leaseUntil: "asc" }, { id: "asc" }], take: limit });
      return rows.map(rowToOrphan);
    },
  };
}

function orphanToRow(orphan: Orphan) {
  const { id, connection, jobId, status, foundAt, completedAt, deadline, version } = orphan;
  const facts = { id, connectionName: connection, jobId, status: toJson(status), foundAt, completedAt, deadline, version };
  return { ...facts, ...stateToRow(orphan) };
}

const EMPTY = {
  failedAttempts: null,
  notBefore: null,
  lastFailure: Prisma.DbNull,
  fencingToken: null,
  leaseUntil: null,
  copy: Prisma.DbNull,
  goneAt: null,
  failure: Prisma.DbNull,
};

function stateToRow(orphan: OrphanState) {
  const { state } = orphan;
  switch (state) {
    case "found":
      return {
        ...EMPTY,
        state,
        failedAttempts: orphan.failedAttempts,
        notBefore: orphan.notBefore,
        lastFailure: toNullableJson(orphan.lastFailure),
      };
    case "copying":
      return { ...EMPTY, state, failedAttempts: orphan.failedAttempts, fencingToken: orphan.fencingToken, leaseUntil: orphan.leaseUntil };
    case "quarantined":
      return { ...EMPTY, state, copy: toJson(orphan.copy) };
    case "gone":
      return { ...EMPTY, state, goneAt: orphan.goneAt, failure: toJson(orphan.failure) };
    default:
      return assertNever(state);
  }
}

function rowToOrphan(row: OrphanRow): Orphan {
  const { foundAt, completedAt, deadline, version } = row;
  const ids = { id: row.id as OrphanId, connection: row.connectionName, jobId: row.jobId as JobId };
  const status = read({ table: "orphans", id: row.id }, { column: "status", value: row.status, schema: statusSchema });
  return { ...ids, status, foundAt, completedAt, deadline, version, ...rowToState(row) };
}

const STATES = ["found", "copying", "quarantined", "gone"] as const satisfies readonly OrphanState["state"][];

function rowToState(row: OrphanRow): OrphanState {
  const place = { table: "orphans", id: row.id };
  const state = readWord(place, "state", { value: row.state, words: STATES });
  const failedAttempts = row.failedAttempts ?? 0;
  switch (state) {
    case "found": {
      const lastFailure = row.lastFailure === null ? null : readFailure(place, "last_failure", row.lastFailure);
      return { state, failedAttempts, notBefore: row.notBefore, lastFailure };
    }
    case "copying": {
      const fencingToken = readPresent(place, "fencing_token", row.fencingToken);
      return { state, failedAttempts, fencingToken, leaseUntil: readPresent(place, "lease_until", row.leaseUntil) };
    }
    case "quarantined":
      return { state, copy: readCopy(place, "copy", row.copy) };
    case "gone":
      return { state, goneAt: readPresent(place, "gone_at", row.goneAt), failure: readFailure(place, "failure", row.failure) };
    default:
      return assertNever(state);
  }
}

const words = z.string().nullable();
const count = z.number().int().nonnegative().nullable();

const statusSchema: z.ZodType<WfmJob> = z.strictObject({
  jobId: z.string().transform((id) => id as JobId),
  status: z.enum(["waiting", "running", "completed", "failed", "canceled", "unknown"]),
  statusWord: z.string(),
  exporterType: words,
  outputFormat: words,
  lastStatusChange: z.iso
    .datetime()
    .transform((written) => new Date(written))
    .nullable(),
  errorDetails: words,
  announced: z.strictObject({ records: count, compressedBytes: count, uncompressedBytes: count }),
  additionalDetails: words,
});
