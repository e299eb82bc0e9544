import type { PassInterval, ReconcilePassRepository } from "../core/persistence/reconcile-pass-repository.ts";
import type { PrismaClient } from "./generated/client.ts";
import { instant } from "./instant.ts";

export function createReconcilePassRepository(prisma: PrismaClient): ReconcilePassRepository {
  return {
    claimDue: async (passes, now) => {
      for (;;) {
        const claimed = await tryToClaim(prisma, passes, now);
        if (claimed !== "lost-race") return claimed?.name ?? null;
      }
    },
  };
}

/** `null`: none is due. */
type Claim = { readonly name: string } | "lost-race" | null;

async function tryToClaim(prisma: PrismaClient, passes: readonly PassInterval[], now: Date): Promise<Claim> {
  const names = passes.map(({ name }) => name);
  const intervals = passes.map(({ everyMs }) => everyMs);
  const [row] = await prisma.$queryRaw<{ name: string; isClaimed: boolean }[]>`
    WITH due AS MATERIALIZED (
      SELECT w.name, w.every_ms FROM unnest(${names}::text[], ${intervals}::bigint[]) AS w(name, every_ms)
      LEFT JOIN reconcile_passes p ON p.name = w.name
      WHERE p.due_at IS NULL OR p.due_at <= ${instant(now)}
      ORDER BY p.due_at NULLS FIRST, w.name LIMIT 1
    ), claimed AS (
      INSERT INTO reconcile_passes (name, due_at)
      SELECT name, ${instant(now)} + every_ms * interval '1 millisecond' FROM due
      ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE reconcile_passes.due_at <= ${instant(now)}
      RETURNING name
    )
    SELECT d.name, EXISTS (SELECT FROM claimed) AS "isClaimed" FROM due d`;
  if (!row) return null;
  return row.isClaimed ? { name: row.name } : "lost-race";
}
