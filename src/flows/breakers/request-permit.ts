import { type Breaker, type Dependency, PROBE_MS, breakerState } from "../../core/breakers/circuit-breaker.ts";
import type { Ports } from "../ports/ports.ts";

/** The right to call dependencies now. The caller is the probe for those in `probing`, and must record how it went. */
export interface Permit {
  readonly probing: readonly Dependency[];
}

/** For a caller whose dependencies all have closed breakers. */
export const PERMITTED: Permit = { probing: [] };

/** `null`: the breaker of one of the dependencies is open, or another process probes it. */
export async function requestPermit(
  { repositories, clock }: Pick<Ports, "repositories" | "clock">,
  dependencies: readonly Dependency[],
): Promise<Permit | null> {
  if (dependencies.length === 0) return PERMITTED;
  const breakers = await repositories.breakers.list();
  const now = clock.now();
  if (dependencies.some((dependency) => breakerState(breakers, dependency, now) === "open")) return null;
  const probing = dependencies.filter((dependency) => breakerState(breakers, dependency, now) === "half-open");
  for (const dependency of probing) {
    if (!(await repositories.breakers.claimProbe(dependency, now, new Date(now.getTime() + PROBE_MS)))) return null;
  }
  return { probing };
}

/** Claims the probe of every half-open dependency that `isWanted`. `returnPermit` takes back what was not used. */
export async function claimProbes(
  { repositories, clock }: Pick<Ports, "repositories" | "clock">,
  isWanted: (dependency: Dependency) => Promise<boolean>,
): Promise<readonly Breaker[]> {
  const now = clock.now();
  const claimed: Breaker[] = [];
  for (const breaker of await repositories.breakers.list()) {
    if (breaker.retryAt > now || !(await isWanted(breaker.dependency))) continue;
    const until = new Date(now.getTime() + PROBE_MS);
    if (await repositories.breakers.claimProbe(breaker.dependency, now, until)) claimed.push(breaker);
  }
  return claimed;
}

/** Nothing was called: the next caller may probe at once. */
export async function returnProbes({ repositories }: Pick<Ports, "repositories">, claimed: readonly Breaker[]): Promise<void> {
  for (const breaker of claimed) await repositories.breakers.put(breaker);
}
