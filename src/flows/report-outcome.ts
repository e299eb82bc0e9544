import type { Failure } from "../core/failure.ts";
import { type Outage, type System, afterFailure, blameFor, endsWithAnswer, isSameSystem } from "../core/outage.ts";
import { type RetryPolicy, retryAt } from "../core/retry-policy.ts";
import type { Passage } from "./ask-passage.ts";
import type { Ports } from "./ports.ts";

type BreakerPorts = Pick<Ports, "stores" | "clock" | "emit">;

/** A system that answers again is there for everybody. */
export async function reportSuccess(ports: BreakerPorts, { probing }: Passage): Promise<void> {
  for (const system of probing) await endOutage(ports, system, () => true);
}

/** For who asks a system whether or not anybody may, and asks nothing that could be refused. */
export async function reportAnswer(ports: BreakerPorts, system: System): Promise<void> {
  await endOutage(ports, system, (outage) => endsWithAnswer(outage, ports.clock.now()));
}

async function endOutage({ stores, emit }: BreakerPorts, system: System, isOver: (outage: Outage) => boolean): Promise<void> {
  const outage = (await stores.outages.list()).find((one) => isSameSystem(one.system, system));
  if (!outage || !isOver(outage) || !(await stores.outages.end(system))) return;
  emit({ event: "outage.ended", system: nameOf(system), since: outage.since, failures: outage.failures });
}

/** Keeps everybody from the system that is to blame for a failure, if one of these is. */
export async function reportFailure(
  ports: BreakerPorts & Pick<Ports, "random">,
  systems: readonly System[],
  failure: Failure,
): Promise<void> {
  const blame = blameFor(failure);
  const system = systems.find((one) => one.kind === blame?.kind);
  if (!system) return;
  const before = (await ports.stores.outages.list()).find((one) => isSameSystem(one.system, system)) ?? null;
  const outage = afterFailure(before, { system, failure, now: ports.clock.now(), random: ports.random() });
  const isNew = await ports.stores.outages.put(outage);
  if (isNew) ports.emit({ event: "outage.began", system: nameOf(system), failure, until: outage.retryAt });
}

/**
 * When a job that has met a failure may go on: a system's failure says nothing about the job, so only the system's breaker keeps it
 * waiting, and the order of the jobs stays what it was.
 */
export function jobRetryAt(
  { clock, random }: Pick<Ports, "clock" | "random">,
  { policy, attempt, failure }: { readonly policy: RetryPolicy; readonly attempt: number; readonly failure: Failure },
): Date {
  const now = clock.now();
  return blameFor(failure)?.isCertain ? now : retryAt(policy, attempt, failure, { now, random: random() });
}

function nameOf({ kind, name }: System): string {
  return `${kind} ${name}`;
}
