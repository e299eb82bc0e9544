import type { ExportDefinition } from "../core/export-definition.ts";
import { dueSlots, nextSlot } from "../core/schedule.ts";
import { intervalFor } from "../core/window.ts";
import { emitCreated, newRun } from "./create-run.ts";
import type { Ports } from "./ports.ts";

/** Makes the runs of every slot that has come due. Any number of processes may do it at once: a slot is claimed by its run. */
export async function createDueRuns(ports: Pick<Ports, "stores" | "catalog" | "clock" | "newId" | "emit">): Promise<number> {
  let created = 0;
  for (const definition of ports.catalog.exports()) created += await createRunsOf(ports, definition);
  return created;
}

async function createRunsOf(ports: Pick<Ports, "stores" | "clock" | "newId" | "emit">, definition: ExportDefinition): Promise<number> {
  const { schedule } = definition;
  const due = schedule ? await ports.stores.exports.due(definition.name) : null;
  if (!schedule || !due) return 0;
  const now = ports.clock.now();
  if (due.nextDueAt === null) {
    await ports.stores.exports.advance(definition.name, null, nextSlot(schedule, now)?.at ?? null);
    return 0;
  }
  if (due.nextDueAt > now) return 0;
  const { slots, next } = dueSlots(schedule, { nextDueAt: due.nextDueAt, catchUp: definition.catchUp }, now);
  const runs = slots.map((slot) =>
    newRun(ports, {
      exportName: definition.name,
      interval: intervalFor(definition.window, slot.localDate),
      trigger: "schedule",
      generation: 0,
      slotAt: slot.at,
    }),
  );
  if (!(await ports.stores.exports.claimSlots(definition.name, due.nextDueAt, next?.at ?? null, runs))) return 0;
  for (const run of runs) emitCreated(ports, run);
  return runs.length;
}
