import { isPolledForOrphans } from "../../core/exports/orphan-policy.ts";
import type { Ports } from "../ports/ports.ts";

/**
 * Plans a poll for every connection that should be polled and is not: one with jobs in flight whose process died before it planned the
 * next poll, or a new one that may have orphans.
 */
export async function planMissingPolls({
  repositories,
  registry,
  clock,
}: Pick<Ports, "repositories" | "registry" | "clock">): Promise<void> {
  const names = new Set(registry.exports().map(({ connection }) => connection));
  const polled = [...names].filter((name) => isPolledForOrphans(registry.findConnection(name)));
  await repositories.connections.planMissingPolls(polled, clock.now());
}
