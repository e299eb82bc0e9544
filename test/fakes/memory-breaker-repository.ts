import { type Breaker, type Dependency } from "../../src/core/breakers/circuit-breaker.ts";
import type { BreakerRepository } from "../../src/core/persistence/breaker-repository.ts";
import type { MemoryTables } from "./memory-tables.ts";

export function createMemoryBreakerRepository({ breakers }: Pick<MemoryTables, "breakers">): BreakerRepository {
  return {
    list: async () => [...breakers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, breaker]) => breaker),
    put: async (breaker) => {
      const key = keyOf(breaker.dependency);
      const known = breakers.get(key);
      breakers.set(key, known ? { ...breaker, since: known.since } : breaker);
      return known === undefined;
    },
    claimProbe: async (dependency, now, until) => {
      const breaker: Breaker | undefined = breakers.get(keyOf(dependency));
      if (!breaker || breaker.retryAt > now) return false;
      breakers.set(keyOf(dependency), { ...breaker, retryAt: until });
      return true;
    },
    close: async (dependency) => breakers.delete(keyOf(dependency)),
  };
}

function keyOf({ kind, name }: Dependency): string {
  return `${kind} ${name}`;
}
