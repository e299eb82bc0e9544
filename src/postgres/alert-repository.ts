import { z } from "zod";
import type { Alert, AlertBody } from "../core/alerts/alert.ts";
import { WARNING_LEVELS } from "../core/alerts/deadline-warning.ts";
import type { AlertRepository, UndeliveredAlert } from "../core/persistence/alert-repository.ts";
import type { Alert as AlertRow, PrismaClient } from "./generated/client.ts";
import { read, toJson } from "./json-columns.ts";

const text = z.string();
const instant = z.iso.datetime().transform((written) => new Date(written));
const subject = { connection: text, jobId: text, exportName: text, from: text, to: text, runId: text };

const bodySchema: z.ZodType<AlertBody> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("deadline-warning"), level: z.literal(WARNING_LEVELS), deadline: instant, ...subject }),
  z.strictObject({ kind: z.literal("result-lost"), deadline: instant, detail: text, ...subject }),
  z.strictObject({ kind: z.literal("orphan-found"), connection: text, jobId: text, deadline: instant }),
  z.strictObject({ kind: z.literal("orphan-gone"), connection: text, jobId: text, detail: text }),
  z.strictObject({ kind: z.literal("connection-stopped"), connection: text, since: instant, detail: text }),
]);

export function createAlertRepository(prisma: PrismaClient): AlertRepository {
  return {
    raise: (alerts) => raise(prisma, alerts),
    listUndelivered: async (now, limit) => {
      const rows = await prisma.alert.findMany({
        where: { deliveredAt: null, OR: [{ notBefore: null }, { notBefore: { lte: now } }] },
        orderBy: [{ raisedAt: "asc" }, { id: "asc" }],
        take: limit,
      });
      return rows.map(rowToAlert);
    },
    markDelivered: async (id, at) => {
      await prisma.alert.updateMany({ where: { id, deliveredAt: null }, data: { deliveredAt: at } });
    },
    postpone: async (id, failedAttempts, notBefore) => {
      await prisma.alert.updateMany({ where: { id, deliveredAt: null }, data: { failedAttempts, notBefore } });
    },
  };
}

/** Most alerts were raised before, so known ones are looked up first. The insert decides which process raised a new one. */
async function raise(prisma: PrismaClient, alerts: readonly Alert[]): Promise<Alert[]> {
  const ids = alerts.map(({ id }) => id);
  const known = new Set((await prisma.alert.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id));
  const raised: Alert[] = [];
  for (const alert of alerts.filter(({ id }) => !known.has(id))) {
    const row = { id: alert.id, body: toJson(alert.body), raisedAt: alert.raisedAt };
    const { count } = await prisma.alert.createMany({ data: [row], skipDuplicates: true });
    if (count === 1) raised.push(alert);
  }
  return raised;
}

function rowToAlert({ id, body, raisedAt, failedAttempts }: AlertRow): UndeliveredAlert {
  return { id, body: read({ table: "alerts", id }, { column: "body", value: body, schema: bodySchema }), raisedAt, failedAttempts };
}
