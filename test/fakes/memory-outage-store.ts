import type { Outage, System } from "../../src/core/outage.ts";
import type { OutageStore } from "../../src/core/stores.ts";
import type { MemoryTables } from "./memory-tables.ts";

export function createMemoryOutageStore({ outages }: MemoryTables): OutageStore {
  return {
    list: async () => [...outages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outage]) => outage),
    put: async (outage) => {
      const key = keyOf(outage.system);
      const known = outages.get(key);
      outages.set(key, known ? { ...outage, since: known.since } : outage);
      return known === undefined;
    },
    claimProbe: async (system, now, until) => {
      const outage: Outage | undefined = outages.get(keyOf(system));
      if (!outage || outage.retryAt > now) return false;
      outages.set(keyOf(system), { ...outage, retryAt: until });
      return true;
    },
    end: async (system) => outages.delete(keyOf(system)),
  };
}

function keyOf({ kind, name }: System): string {
  return `${kind} ${name}`;
}
