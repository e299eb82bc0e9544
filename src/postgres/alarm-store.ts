import { z } from "zod";
import type { Alarm, News } from "../core/alarm.ts";
import { DANGER_LEVELS } from "../core/danger.ts";
import type { AlarmStore, UntoldAlarm } from "../core/stores.ts";
import type { Alarm as AlarmRow, PrismaClient } from "./generated/client.ts";
import { read, toJson } from "./json-columns.ts";

const text = z.string();
const instant = z.iso.datetime().transform((written) => new Date(written));
const subject = { connection: text, vendorJobId: text, exportName: text, from: text, to: text, runId: text };

const newsSchema: z.ZodType<News> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("result-in-danger"), level: z.literal(DANGER_LEVELS), deadline: instant, ...subject }),
  z.strictObject({ kind: z.literal("result-lost"), deadline: instant, detail: text, ...subject }),
  z.strictObject({ kind: z.literal("orphan-found"), connection: text, vendorJobId: text, deadline: instant }),
  z.strictObject({ kind: z.literal("orphan-gone"), connection: text, vendorJobId: text, detail: text }),
  z.strictObject({ kind: z.literal("connection-stopped"), connection: text, since: instant, detail: text }),
]);

export function createAlarmStore(prisma: PrismaClient): AlarmStore {
  return {
    raise: (alarms) => raise(prisma, alarms),
    listUntold: async (now, limit) => {
      const rows = await prisma.alarm.findMany({
        where: { toldAt: null, OR: [{ notBefore: null }, { notBefore: { lte: now } }] },
        orderBy: [{ raisedAt: "asc" }, { id: "asc" }],
        take: limit,
      });
      return rows.map(rowToAlarm);
    },
    markTold: async (id, at) => {
      await prisma.alarm.updateMany({ where: { id, toldAt: null }, data: { toldAt: at } });
    },
    postpone: async (id, attempt, notBefore) => {
      await prisma.alarm.updateMany({ where: { id, toldAt: null }, data: { attempt, notBefore } });
    },
  };
}

/** Most of what is raised was raised before: it is looked for first, and the insert decides. */
async function raise(prisma: PrismaClient, alarms: readonly Alarm[]): Promise<Alarm[]> {
  const ids = alarms.map(({ id }) => id);
  const known = new Set((await prisma.alarm.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id));
  const raised: Alarm[] = [];
  for (const alarm of alarms.filter(({ id }) => !known.has(id))) {
    const row = { id: alarm.id, news: toJson(alarm.news), raisedAt: alarm.raisedAt };
    const { count } = await prisma.alarm.createMany({ data: [row], skipDuplicates: true });
    if (count === 1) raised.push(alarm);
  }
  return raised;
}

function rowToAlarm({ id, news, raisedAt, attempt }: AlarmRow): UntoldAlarm {
  return { id, news: read({ table: "alarms", id }, { column: "news", value: news, schema: newsSchema }), raisedAt, attempt };
}
