import { z } from "zod";
import { assertNever } from "../core/assert-never.ts";
import type { OrphanId, VendorJobId } from "../core/ids.ts";
import type { Orphan, OrphanState } from "../core/orphan.ts";
import type { VendorJob } from "../core/smartsync.ts";
import type { OrphanStore } from "../core/stores.ts";
import { type Orphan as OrphanRow, Prisma, type PrismaClient } from "./generated/client.ts";
import { MOST_URGENT_FIRST, mayGoOnAt } from "./job-order.ts";
import { read, readCopy, readFailure, toJson, toNullableJson } from "./json-columns.ts";
import { readPresent, readWord } from "./read-column.ts";

export function createOrphanStore(prisma: PrismaClient): OrphanStore {
  return {
    known: async (connection, ids) => {
      const rows = await prisma.orphan.findMany({
        where: { connectionName: connection, vendorJobId: { in: [...ids] } },
        select: { vendorJobId: true },
      });
      return new Set(rows.map(({ vendorJobId }) => vendorJobId));
    },
    add: async (orphan) => (await prisma.orphan.createMany({ data: [orphanToRow(orphan)], skipDuplicates: true })).count === 1,
    listFound: async ({ connections, now, limit }) => {
      if (connections.length === 0) return [];
      const where = { connectionName: { in: [...connections] }, state: "found", ...mayGoOnAt(now) };
      return (await prisma.orphan.findMany({ where, orderBy: MOST_URGENT_FIRST, take: limit })).map(rowToOrphan);
    },
    move: async (before, after) => {
      const where = { id: before.id, state: before.state, version: before.version };
      const { count } = await prisma.orphan.updateMany({ where, data: { version: after.version, ...stateToRow(after) } });
      return count === 1;
    },
    extendLease: async (id, token, leaseUntil) =>
      (await prisma.orphan.updateMany({ where: { id, state: "rescuing", token }, data: { leaseUntil } })).count === 1,
    listExpiredLeases: async (now, limit) => {
      const where = { state: "rescuing", leaseUntil: { lte: now } };
      const rows = await prisma.orphan.findMany({ where, orderBy: [{ leaseUntil: "asc" }, { id: "asc" }], take: limit });
      return rows.map(rowToOrphan);
    },
    list: async (limit) => (await prisma.orphan.findMany({ orderBy: [{ foundAt: "desc" }, { id: "desc" }], take: limit })).map(rowToOrphan),
  };
}

function orphanToRow(orphan: Orphan) {
  const { id, connection, vendorJobId, status, foundAt, completedAt, deadline, version } = orphan;
  const facts = { id, connectionName: connection, vendorJobId, status: toJson(status), foundAt, completedAt, deadline, version };
  return { ...facts, ...stateToRow(orphan) };
}

const EMPTY = {
  attempt: null,
  notBefore: null,
  lastFailure: Prisma.DbNull,
  token: null,
  leaseUntil: null,
  copy: Prisma.DbNull,
  goneAt: null,
  failure: Prisma.DbNull,
};

function stateToRow(orphan: OrphanState) {
  const { state } = orphan;
  switch (state) {
    case "found":
      return { ...EMPTY, state, attempt: orphan.attempt, notBefore: orphan.notBefore, lastFailure: toNullableJson(orphan.lastFailure) };
    case "rescuing":
      return { ...EMPTY, state, attempt: orphan.attempt, token: orphan.token, leaseUntil: orphan.leaseUntil };
    case "rescued":
      return { ...EMPTY, state, copy: toJson(orphan.copy) };
    case "gone":
      return { ...EMPTY, state, goneAt: orphan.goneAt, failure: toJson(orphan.failure) };
    default:
      return assertNever(state);
  }
}

function rowToOrphan(row: OrphanRow): Orphan {
  const { foundAt, completedAt, deadline, version } = row;
  const ids = { id: row.id as OrphanId, connection: row.connectionName, vendorJobId: row.vendorJobId as VendorJobId };
  const status = read({ table: "orphans", id: row.id }, { column: "status", value: row.status, schema: statusSchema });
  return { ...ids, status, foundAt, completedAt, deadline, version, ...rowToState(row) };
}

const STATES = ["found", "rescuing", "rescued", "gone"] as const satisfies readonly OrphanState["state"][];

function rowToState(row: OrphanRow): OrphanState {
  const place = { table: "orphans", id: row.id };
  const state = readWord(place, "state", { value: row.state, words: STATES });
  const attempt = row.attempt ?? 0;
  switch (state) {
    case "found": {
      const lastFailure = row.lastFailure === null ? null : readFailure(place, "last_failure", row.lastFailure);
      return { state, attempt, notBefore: row.notBefore, lastFailure };
    }
    case "rescuing": {
      const token = readPresent(place, "token", row.token);
      return { state, attempt, token, leaseUntil: readPresent(place, "lease_until", row.leaseUntil) };
    }
    case "rescued":
      return { state, copy: readCopy(place, "copy", row.copy) };
    case "gone":
      return { state, goneAt: readPresent(place, "gone_at", row.goneAt), failure: readFailure(place, "failure", row.failure) };
    default:
      return assertNever(state);
  }
}

const words = z.string().nullable();
const count = z.number().int().nonnegative().nullable();

const statusSchema: z.ZodType<VendorJob> = z.strictObject({
  vendorJobId: z.string().transform((id) => id as VendorJobId),
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
