import { type Clock, MINUTE_MS } from "../core/base/clock.ts";
import type { Entity } from "../core/exports/entity.ts";
import { ok } from "../core/base/result.ts";
import type { SmartSync } from "../core/ports/smartsync.ts";

/** Exports of one connection are often planned at the same moment, while permissions rarely change. */
const CACHE_MS = MINUTE_MS;

/** Caches the lists of entities of a client for one minute. Failures are not cached. */
export function rememberEntities(client: SmartSync, clock: Clock): SmartSync {
  const cache = new Map<string, { readonly entities: readonly Entity[]; readonly at: Date }>();
  return {
    ...client,
    listEntities: async (kinds, signal) => {
      const key = [...new Set(kinds)].sort((a, b) => a.localeCompare(b)).join();
      const cached = cache.get(key);
      if (cached && clock.now().getTime() - cached.at.getTime() < CACHE_MS) return ok(cached.entities);
      const listed = await client.listEntities(kinds, signal);
      if (listed.ok) cache.set(key, { entities: listed.value, at: clock.now() });
      return listed;
    },
  };
}
