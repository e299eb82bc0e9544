import type { AlarmStore } from "../../src/core/stores.ts";
import { type MemoryTables, compare } from "./memory-tables.ts";

export function createMemoryAlarmStore({ alarms }: MemoryTables): AlarmStore {
  return {
    raise: async (raised) => {
      const fresh = raised.filter((alarm, index) => !alarms.has(alarm.id) && raised.findIndex(({ id }) => id === alarm.id) === index);
      for (const alarm of fresh) alarms.set(alarm.id, { ...alarm, attempt: 0, notBefore: null, toldAt: null });
      return fresh;
    },
    listUntold: async (now, limit) =>
      [...alarms.values()]
        .filter(({ toldAt, notBefore }) => toldAt === null && (notBefore === null || notBefore <= now))
        .sort((a, b) => a.raisedAt.getTime() - b.raisedAt.getTime() || compare(a.id, b.id))
        .slice(0, limit)
        .map(({ id, news, raisedAt, attempt }) => ({ id, news, raisedAt, attempt })),
    markTold: async (id, at) => {
      const alarm = alarms.get(id);
      if (alarm) alarms.set(id, { ...alarm, toldAt: alarm.toldAt ?? at });
    },
    postpone: async (id, attempt, notBefore) => {
      const alarm = alarms.get(id);
      if (alarm?.toldAt === null) alarms.set(id, { ...alarm, attempt, notBefore });
    },
  };
}
