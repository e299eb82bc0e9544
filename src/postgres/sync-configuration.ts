import type { ConnectionDefinition, ExportDefinition } from "../core/exports/export-definition.ts";
import type { PrismaClient } from "./generated/client.ts";

/**
 * Stores the configuration in three statements, however large it is. The rows are locked in the order of their names, so that processes
 * that start together wait for each other instead of deadlocking.
 */
export async function syncConfiguration(
  prisma: PrismaClient,
  connections: readonly ConnectionDefinition[],
  exports: readonly ExportDefinition[],
): Promise<void> {
  const names = exports.map(({ name }) => name);
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO connections AS c (name, url, customer_id, locale, time_zone, max_concurrent_jobs, login_version)
      SELECT i.name, i.url, i."customerId", i.locale, i."timeZone", i."maxConcurrentJobs", i."loginVersion"
      FROM jsonb_to_recordset(${JSON.stringify(connections)}::jsonb) AS i(
        name text, url text, "customerId" int, locale text, "timeZone" text, "maxConcurrentJobs" int, "loginVersion" text)
      ORDER BY i.name
      ON CONFLICT (name) DO UPDATE SET url = excluded.url, customer_id = excluded.customer_id, locale = excluded.locale,
        time_zone = excluded.time_zone, max_concurrent_jobs = excluded.max_concurrent_jobs, login_version = excluded.login_version,
        -- The refused logins were those of another configuration.
        refused_logins = CASE WHEN c.login_version = excluded.login_version THEN c.refused_logins ELSE 0 END`,
    prisma.$executeRaw`
      UPDATE exports e SET is_configured = false, next_due_at = NULL
      FROM (SELECT name FROM exports WHERE is_configured AND name <> ALL(${names}::text[]) ORDER BY name FOR NO KEY UPDATE) r
      WHERE e.name = r.name`,
    prisma.$executeRaw`
      INSERT INTO exports AS e (name, connection, exporter, destination, schedule_cron, schedule_time_zone, is_configured)
      SELECT i.name, i.connection, i.exporter, i.destination, i.cron, i."timeZone", true
      FROM jsonb_to_recordset(${JSON.stringify(exports.map(exportColumns))}::jsonb) AS i(
        name text, connection text, exporter text, destination text, cron text, "timeZone" text)
      ORDER BY i.name
      ON CONFLICT (name) DO UPDATE SET connection = excluded.connection, exporter = excluded.exporter,
        destination = excluded.destination, schedule_cron = excluded.schedule_cron, schedule_time_zone = excluded.schedule_time_zone,
        is_configured = true,
        -- A time that was computed from another schedule is no longer due. The next scheduler computes it again.
        next_due_at = CASE WHEN (e.schedule_cron, e.schedule_time_zone)
          IS NOT DISTINCT FROM (excluded.schedule_cron, excluded.schedule_time_zone) THEN e.next_due_at END,
        fitting_cells = CASE WHEN (e.connection, e.exporter) = (excluded.connection, excluded.exporter) THEN e.fitting_cells END,
        too_large_cells = CASE WHEN (e.connection, e.exporter) = (excluded.connection, excluded.exporter) THEN e.too_large_cells END`,
  ]);
}

function exportColumns({ name, connection, exporter, destination, schedule }: ExportDefinition) {
  return { name, connection, exporter, destination, cron: schedule?.cron ?? null, timeZone: schedule?.timeZone ?? null };
}
