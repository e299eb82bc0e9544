import type { AlertRepository } from "../../src/core/persistence/alert-repository.ts";
import { type MemoryTables, compare } from "./memory-tables.ts";

export function createMemoryAlertRepository({ alerts }: MemoryTables): AlertRepository {
  return {
    raise: async (raised) => {
      const fresh = raised.filter((alert, index) => !alerts.has(alert.id) && raised.findIndex(({ id }) => id === alert.id) === index);
      for (const alert of fresh) alerts.set(alert.id, { ...alert, failedAttempts: 0, notBefore: null, deliveredAt: null });
      return fresh;
    },
    listUndelivered: async (now, limit) =>
      [...alerts.values()]
        .filter(({ deliveredAt, notBefore }) => deliveredAt === null && (notBefore === null || notBefore <= now))
        .sort((a, b) => a.raisedAt.getTime() - b.raisedAt.getTime() || compare(a.id, b.id))
        .slice(0, limit)
        .map(({ id, body, raisedAt, failedAttempts }) => ({ id, body, raisedAt, failedAttempts })),
    markDelivered: async (id, at) => {
      const alert = alerts.get(id);
      if (alert) alerts.set(id, { ...alert, deliveredAt: alert.deliveredAt ?? at });
    },
    postpone: async (id, failedAttempts, notBefore) => {
      const alert = alerts.get(id);
      if (alert?.deliveredAt === null) alerts.set(id, { ...alert, failedAttempts, notBefore });
    },
  };
}
