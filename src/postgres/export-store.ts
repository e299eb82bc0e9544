import type { ConnectionDefinition, ExportDefinition } from "../core/export-definition.ts";
import { type LearnedSize, NOTHING_LEARNED } from "../core/learned-size.ts";
import type { Run } from "../core/run.ts";
import type { DueExport, ExportStore } from "../core/stores.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";
import { runToRow } from "./run-to-row.ts";

export function createExportStore(prisma: PrismaClient): ExportStore {
  return {
    sync: (connections, exports) => syncConfiguration(prisma, connections, exports),
    due: (name) => findDue(prisma, name),
    advance: (name, seen, next) => advanceDue(prisma, name, { seen, next }),
    size: (name) => findSize(prisma, name),
    setSize: (name, size) => setSize(prisma, name, size),
    claimSlots: (name, seen, next, runs) => prisma.$transaction((tx) => claimSlots(tx, { name, seen, next, runs })),
  };
}

/** Names are taken in one order, so that processes starting together wait for each other instead of deadlocking. */
async function syncConfiguration(
  prisma: PrismaClient,
  connections: readonly ConnectionDefinition[],
  exports: readonly ExportDefinition[],
): Promise<void> {
  const names = exports.map((definition) => definition.name);
  await prisma.$transaction(async (tx) => {
    for (const connection of byName(connections)) await saveConnection(tx, connection);
    await tx.export.updateMany({
      where: { name: { notIn: names }, isConfigured: true },
      data: { isConfigured: false, nextDueAt: null },
    });
    for (const definition of byName(exports)) await saveExport(tx, definition);
  });
}

async function saveConnection(tx: Prisma.TransactionClient, { name, ...definition }: ConnectionDefinition): Promise<void> {
  const { url, customerId, locale, timeZone, maxConcurrentJobs, loginVersion } = definition;
  const columns = { url, customerId, locale, timeZone, maxConcurrentJobs, loginVersion };
  // Refused were other logins than the one that is configured now.
  await tx.connection.updateMany({ where: { name, NOT: { loginVersion } }, data: { refusedLogins: 0 } });
  await tx.connection.upsert({ where: { name }, create: { name, ...columns }, update: columns });
}

/** A slot computed from another schedule is not due any more: whoever looks next computes it anew. */
async function saveExport(tx: Prisma.TransactionClient, definition: ExportDefinition): Promise<void> {
  const { name, connection, exporter, destination, schedule } = definition;
  const columns = {
    connectionName: connection,
    exporter,
    destination,
    scheduleCron: schedule?.cron ?? null,
    scheduleTimeZone: schedule?.timeZone ?? null,
    isConfigured: true,
  };
  const { scheduleCron, scheduleTimeZone } = columns;
  await tx.export.updateMany({ where: { name, NOT: { scheduleCron, scheduleTimeZone } }, data: { nextDueAt: null } });
  await tx.export.updateMany({
    where: { name, NOT: { exporter, connectionName: connection } },
    data: { fittingUnits: null, tooLargeUnits: null },
  });
  await tx.export.upsert({ where: { name }, create: { name, ...columns }, update: columns });
}

async function findDue(prisma: PrismaClient, name: string): Promise<DueExport | null> {
  return await prisma.export.findUnique({ where: { name }, select: { name: true, nextDueAt: true } });
}

async function findSize(prisma: PrismaClient, name: string): Promise<LearnedSize> {
  const row = await prisma.export.findUnique({ where: { name }, select: { fittingUnits: true, tooLargeUnits: true } });
  return row ? { fitting: row.fittingUnits, tooLarge: row.tooLargeUnits } : NOTHING_LEARNED;
}

async function setSize(prisma: PrismaClient, name: string, { fitting, tooLarge }: LearnedSize): Promise<void> {
  await prisma.export.updateMany({ where: { name }, data: { fittingUnits: fitting, tooLargeUnits: tooLarge } });
}

async function advanceDue(
  db: Prisma.TransactionClient,
  name: string,
  { seen, next }: { readonly seen: Date | null; readonly next: Date | null },
): Promise<boolean> {
  const { count } = await db.export.updateMany({ where: { name, isConfigured: true, nextDueAt: seen }, data: { nextDueAt: next } });
  return count === 1;
}

interface Claim {
  readonly name: string;
  readonly seen: Date;
  readonly next: Date | null;
  readonly runs: readonly Run[];
}

async function claimSlots(tx: Prisma.TransactionClient, { name, seen, next, runs }: Claim): Promise<boolean> {
  if (!(await advanceDue(tx, name, { seen, next }))) return false;
  await tx.run.createMany({ data: runs.map(runToRow), skipDuplicates: true });
  return true;
}

function byName<T extends { readonly name: string }>(definitions: readonly T[]): T[] {
  return [...definitions].sort((a, b) => (a.name < b.name ? -1 : 1));
}
