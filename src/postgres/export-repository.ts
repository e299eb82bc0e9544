import type { ConnectionDefinition, ExportDefinition } from "../core/exports/export-definition.ts";
import type { Run } from "../core/jobs/run.ts";
import type { DueExport, ExportRepository } from "../core/persistence/export-repository.ts";
import { type LearnedSize, NOTHING_LEARNED } from "../core/plan/learned-size.ts";
import type { PrismaClient } from "./generated/client.ts";
import { instant } from "./instant.ts";
import { toJsonText } from "./json-columns.ts";
import { syncConfiguration } from "./sync-configuration.ts";

export function createExportRepository(prisma: PrismaClient): ExportRepository {
  return {
    sync: (connections: readonly ConnectionDefinition[], exports: readonly ExportDefinition[]) =>
      syncConfiguration(prisma, connections, exports),
    listDue: (now, limit) => listDue(prisma, now, limit),
    claimScheduledTimes: (name, seen, next, runs) => claimScheduledTimes(prisma, { name, seen, next, runs }),
    size: (name) => findSize(prisma, name),
    setSize: async (name, { fitting, tooLarge }) => {
      await prisma.export.updateMany({ where: { name }, data: { fittingCells: fitting, tooLargeCells: tooLarge } });
    },
  };
}

/** With the expression of the index, so that it costs the same with 10,000 exports as with ten. */
async function listDue(prisma: PrismaClient, now: Date, limit: number): Promise<DueExport[]> {
  return await prisma.$queryRaw<DueExport[]>`
    SELECT name, next_due_at AS "nextDueAt" FROM exports
    WHERE is_configured AND schedule_cron IS NOT NULL AND coalesce(next_due_at, '-infinity'::timestamptz) <= ${instant(now)}
    ORDER BY coalesce(next_due_at, '-infinity'::timestamptz), name LIMIT ${limit}`;
}

interface Claim {
  readonly name: string;
  readonly seen: Date | null;
  readonly next: Date | null;
  readonly runs: readonly Run[];
}

async function claimScheduledTimes(prisma: PrismaClient, { name, seen, next, runs }: Claim): Promise<boolean> {
  const rows = runs.map(({ id, interval, generation, trigger, scheduledAt, createdAt, outcome }) => ({
    id,
    ...interval,
    generation,
    trigger,
    scheduledAt,
    createdAt,
    outcome,
  }));
  const advanced = await prisma.$queryRaw<unknown[]>`
    WITH advanced AS (
      UPDATE exports SET next_due_at = ${instant(next)}
      WHERE name = ${name} AND is_configured AND next_due_at IS NOT DISTINCT FROM ${instant(seen)}
      RETURNING name
    ), created AS (
      INSERT INTO runs (id, export, from_date, to_date, generation, trigger, scheduled_at, created_at, outcome)
      SELECT r.id, a.name, r."from", r."to", r.generation, r.trigger, r."scheduledAt", r."createdAt", r.outcome
      FROM advanced a CROSS JOIN jsonb_to_recordset(${toJsonText(rows)}::jsonb) AS r(
        id uuid, "from" text, "to" text, generation int, trigger text, "scheduledAt" timestamptz, "createdAt" timestamptz, outcome text)
      ON CONFLICT (export, from_date, to_date, generation) DO NOTHING
    )
    SELECT name FROM advanced`;
  return advanced.length === 1;
}

async function findSize(prisma: PrismaClient, name: string): Promise<LearnedSize> {
  const row = await prisma.export.findUnique({ where: { name }, select: { fittingCells: true, tooLargeCells: true } });
  return row ? { fitting: row.fittingCells, tooLarge: row.tooLargeCells } : NOTHING_LEARNED;
}
