import { type Outage, PROBE_MS, type System, passageOf } from "../core/outage.ts";
import type { Ports } from "./ports.ts";

/** The right to ask systems now. Those in `probing` are asked for everybody: how it goes has to be reported. */
export interface Passage {
  readonly probing: readonly System[];
}

/** `null`: one of the systems does not do its work, and this is not the moment to see whether it does again. */
export async function askPassage(ports: Pick<Ports, "stores" | "clock">, systems: readonly System[]): Promise<Passage | null> {
  return await claimPassage(ports, await ports.stores.outages.list(), systems);
}

/** The same, for who knows the outages already. */
export async function claimPassage(
  { stores, clock }: Pick<Ports, "stores" | "clock">,
  outages: readonly Outage[],
  systems: readonly System[],
): Promise<Passage | null> {
  const now = clock.now();
  if (systems.some((system) => passageOf(outages, system, now) === "closed")) return null;
  const probing = systems.filter((system) => passageOf(outages, system, now) === "due");
  for (const system of probing) {
    if (!(await stores.outages.claimProbe(system, now, new Date(now.getTime() + PROBE_MS)))) return null;
  }
  return { probing };
}
