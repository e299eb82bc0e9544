import type { Interval } from "../core/business-date.ts";
import type { RunId } from "../core/ids.ts";
import type { Run, Trigger } from "../core/run.ts";
import type { Ports } from "./ports.ts";

export interface RunOrder {
  readonly exportName: string;
  readonly interval: Interval;
  readonly trigger: Trigger;
}

/** Makes the next generation of an export's interval. It has no jobs yet: `planRun` gives it some. */
export async function createRun(ports: Pick<Ports, "stores" | "clock" | "newId" | "emit">, order: RunOrder): Promise<Run> {
  for (;;) {
    const latest = await ports.stores.runs.latestGeneration(order.exportName, order.interval);
    const run = newRun(ports, { ...order, generation: latest === null ? 0 : latest + 1, slotAt: null });
    if (await ports.stores.runs.create(run)) {
      emitCreated(ports, run);
      return run;
    }
  }
}

export function newRun(
  { clock, newId }: Pick<Ports, "clock" | "newId">,
  order: RunOrder & { readonly generation: number; readonly slotAt: Date | null },
): Run {
  return {
    ...order,
    id: newId() as RunId,
    createdAt: clock.now(),
    selection: null,
    selectionChange: null,
    planning: { attempt: 0, notBefore: null, lastFailure: null },
    outcome: "pending",
    finishedAt: null,
  };
}

export function emitCreated({ emit }: Pick<Ports, "emit">, run: Run): void {
  const { from, to } = run.interval;
  emit({ event: "run.created", runId: run.id, export: run.exportName, from, to, trigger: run.trigger });
}
