import type { DueExport } from "../../core/persistence/export-repository.ts";
import { intervalFor } from "../../core/exports/window.ts";
import { dueScheduledTimes, nextScheduledTime } from "../../core/schedule/scheduled-time.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import type { Run } from "../../core/jobs/run.ts";
import type { Ports } from "../ports/ports.ts";
import { emitCreated, newRun } from "./create-run.ts";

export type SchedulePorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "clock" | "newId" | "emit">;

const BATCH = 500;

/**
 * Creates the runs of exports whose scheduled time has come. Any number of processes may do it at once: the first to advance an export
 * serves its scheduled times. `false`: no export was due.
 */
export async function createDueRuns(ports: SchedulePorts): Promise<boolean> {
  const due = await ports.repositories.exports.listDue(ports.clock.now(), BATCH);
  let served = 0;
  for (const one of due) {
    const definition = ports.registry.findExport(one.name);
    // Another process may have a newer configuration than this one.
    if (!definition?.schedule) continue;
    const runs = await serve(ports, { definition, schedule: definition.schedule, due: one });
    if (runs === null) continue;
    served += 1;
    for (const run of runs) emitCreated(ports, run);
    ports.wakeUps.send(runs.map((run) => ({ role: "submit", id: run.id })));
  }
  return served > 0;
}

interface Due {
  readonly definition: ExportDefinition;
  readonly schedule: NonNullable<ExportDefinition["schedule"]>;
  readonly due: DueExport;
}

/** `null`: another process was faster. */
async function serve(ports: SchedulePorts, { definition, schedule, due }: Due): Promise<readonly Run[] | null> {
  const { exports } = ports.repositories;
  const now = ports.clock.now();
  const { name, nextDueAt } = due;
  if (nextDueAt === null) {
    const next = nextScheduledTime(schedule, now)?.at ?? null;
    return (await exports.claimScheduledTimes(name, null, next, [])) ? [] : null;
  }
  const { times, next } = dueScheduledTimes(schedule, { nextDueAt, catchUp: definition.catchUp }, now);
  const runs = times.map((time) =>
    newRun(ports, {
      exportName: name,
      interval: intervalFor(definition.window, time.localDate),
      trigger: "schedule",
      generation: 0,
      scheduledAt: time.at,
    }),
  );
  return (await exports.claimScheduledTimes(name, nextDueAt, next?.at ?? null, runs)) ? runs : null;
}
