import type { Failure } from "../../core/base/failure.ts";
import {
  type Breaker,
  type Dependency,
  afterFailure,
  attributionOf,
  closesWithAnswer,
  findBreaker,
} from "../../core/breakers/circuit-breaker.ts";
import { type RetryPolicy, retryAt } from "../../core/breakers/retry-policy.ts";
import type { Ports } from "../ports/ports.ts";
import type { Permit } from "./request-permit.ts";

type BreakerPorts = Pick<Ports, "repositories" | "clock" | "emit">;

/** A probe succeeded: the dependency can be called again. */
export async function recordSuccess(ports: BreakerPorts, { probing }: Permit): Promise<void> {
  for (const dependency of probing) await closeBreaker(ports, dependency, () => true);
}

/** A call that needs no permit was answered. */
export async function recordAnswer(ports: BreakerPorts, dependency: Dependency): Promise<void> {
  await closeBreaker(ports, dependency, (breaker) => closesWithAnswer(breaker, ports.clock.now()));
}

async function closeBreaker(
  { repositories, emit }: BreakerPorts,
  dependency: Dependency,
  mayClose: (breaker: Breaker) => boolean,
): Promise<void> {
  const breaker = findBreaker(await repositories.breakers.list(), dependency);
  if (!breaker || !mayClose(breaker) || !(await repositories.breakers.close(dependency))) return;
  emit({ event: "breaker.closed", dependency: nameOf(dependency), since: breaker.since, failures: breaker.failures });
}

/** Opens the breaker of the dependency that caused the failure, if it is one of these. */
export async function recordFailure(
  ports: BreakerPorts & Pick<Ports, "random">,
  dependencies: readonly Dependency[],
  failure: Failure,
): Promise<void> {
  const attribution = attributionOf(failure);
  const dependency = dependencies.find((one) => one.kind === attribution?.kind);
  if (!dependency) return;
  const before = findBreaker(await ports.repositories.breakers.list(), dependency);
  const breaker = afterFailure(before, { dependency, failure, now: ports.clock.now(), random: ports.random() });
  const isNew = await ports.repositories.breakers.put(breaker);
  if (isNew) ports.emit({ event: "breaker.opened", dependency: nameOf(dependency), failure, until: breaker.retryAt });
}

/**
 * When a job may be tried again after a failure. A failure that certainly concerns only its dependency does not delay the job: the breaker
 * does, and the order of the jobs stays what it was.
 */
export function retryJobAt(
  { clock, random }: Pick<Ports, "clock" | "random">,
  { policy, failedAttempts, failure }: { readonly policy: RetryPolicy; readonly failedAttempts: number; readonly failure: Failure },
): Date {
  const now = clock.now();
  return attributionOf(failure)?.isCertain ? now : retryAt(policy, failedAttempts, failure, { now, random: random() });
}

function nameOf({ kind, name }: Dependency): string {
  return `${kind} ${name}`;
}
