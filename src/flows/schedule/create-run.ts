import type { Interval } from "../../core/base/business-date.ts";
import type { RunId } from "../../core/base/ids.ts";
import type { Run, Trigger } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";

export interface RunOrder {
  readonly exportName: string;
  readonly interval: Interval;
  readonly trigger: Trigger;
}

/** Creates the next generation of an export's interval. A worker plans it. */
export async function createRun(
  ports: Pick<Ports, "repositories" | "wakeUps" | "clock" | "newId" | "emit">,
  order: RunOrder,
): Promise<Run> {
  for (;;) {
    const latest = await ports.repositories.runs.latestGeneration(order.exportName, order.interval);
    const run = newRun(ports, { ...order, generation: latest === null ? 0 : latest + 1, scheduledAt: null });
    if (await ports.repositories.runs.create(run)) {
      emitCreated(ports, run);
      ports.wakeUps.send([{ role: "submit", id: run.id }]);
      return run;
    }
  }
}

export function newRun(
  { clock, newId }: Pick<Ports, "clock" | "newId">,
  order: RunOrder & { readonly generation: number; readonly scheduledAt: Date | null },
): Run {
  return {
    ...order,
    id: newId() as RunId,
    createdAt: clock.now(),
    selection: null,
    selectionChange: null,
    planning: { failedAttempts: 0, notBefore: null, lastFailure: null },
    outcome: "pending",
    finishedAt: null,
  };
}

export function emitCreated({ emit }: Pick<Ports, "emit">, run: Run): void {
  const { from, to } = run.interval;
  emit({ event: "run.created", runId: run.id, export: run.exportName, from, to, trigger: run.trigger });
}
