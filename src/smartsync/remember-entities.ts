import { type Clock, MINUTE_MS } from "../core/clock.ts";
import type { Entity } from "../core/entity.ts";
import { ok } from "../core/result.ts";
import type { SmartSync } from "../core/smartsync.ts";

/** Exports of one connection are planned within moments of each other, and permissions change by the day. */
const REMEMBERED_MS = MINUTE_MS;

/** The client, asking for the same kinds of entities about once a minute. A failure is not remembered. */
export function rememberEntities(client: SmartSync, clock: Clock): SmartSync {
  const answers = new Map<string, { readonly entities: readonly Entity[]; readonly at: Date }>();
  return {
    ...client,
    listEntities: async (kinds, signal) => {
      const key = [...new Set(kinds)].sort((a, b) => a.localeCompare(b)).join();
      const known = answers.get(key);
      if (known && clock.now().getTime() - known.at.getTime() < REMEMBERED_MS) return ok(known.entities);
      const listed = await client.listEntities(kinds, signal);
      if (listed.ok) answers.set(key, { entities: listed.value, at: clock.now() });
      return listed;
    },
  };
}
