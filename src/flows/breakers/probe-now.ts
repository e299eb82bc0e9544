import { type Breaker, type Dependency, isSameDependency } from "../../core/breakers/circuit-breaker.ts";
import type { Ports } from "../ports/ports.ts";

interface Needs {
  readonly connection: string;
  readonly destination: string;
}

/**
 * Makes the open breakers of these dependencies half-open. An operator who runs a command may just have fixed the cause and should not wait
 * for the next probe. A Retry-After of the server is respected.
 */
export async function probeNow({ repositories, clock }: Pick<Ports, "repositories" | "clock">, needed: readonly Needs[]): Promise<void> {
  const dependencies = needed.flatMap(({ connection, destination }): Dependency[] => [
    { kind: "connection", name: connection },
    { kind: "destination", name: destination },
  ]);
  const now = clock.now();
  for (const breaker of await repositories.breakers.list()) {
    const isNeeded = dependencies.some((dependency) => isSameDependency(dependency, breaker.dependency));
    if (isNeeded && breaker.retryAt > now && !isAskedToWait(breaker)) await repositories.breakers.put({ ...breaker, retryAt: now });
  }
}

function isAskedToWait({ lastFailure }: Breaker): boolean {
  return "retryAfterMs" in lastFailure && lastFailure.retryAfterMs !== null;
}
