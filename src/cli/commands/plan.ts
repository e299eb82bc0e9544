import { openOutside, systemClock } from "../../app.ts";
import type { AppConfig } from "../../config/app-config.ts";
import { type Interval, businessDateAt } from "../../core/business-date.ts";
import { describeFailure } from "../../core/describe-failure.ts";
import type { ExportDefinition } from "../../core/export-definition.ts";
import { type ExportRequest, buildRequest } from "../../core/export-request.ts";
import { rawArtifactKey } from "../../core/object-key.ts";
import { describeUnmatched, partitionsOf } from "../../core/plan-jobs.ts";
import { type Slot, nextSlot } from "../../core/schedule.ts";
import { intervalFor } from "../../core/window.ts";
import { resolveNow } from "../../flows/plan-run.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { formatInterval, formatTime } from "../output.ts";
import { type Session, readConfiguration } from "../session.ts";

const SLOTS_SHOWN = 3;

interface PlannedExport {
  readonly export: string;
  readonly exporter: string;
  readonly connection: string;
  readonly slots: readonly { readonly at: string; readonly interval: Interval }[];
  /** What the next slot would submit (or a run now, where there is no schedule); empty when the entities could not be asked for. */
  readonly jobs: readonly { readonly interval: Interval; readonly request: ExportRequest; readonly uri: string }[];
  /** Names and ids of its selection that match nothing. */
  readonly unmatched: readonly string[];
  readonly problem: string | null;
}

/** Shows what would be submitted and when. It asks WFM for entities where a selection needs them, and submits nothing. */
export async function plan(session: Session, name: string | null, options: { readonly json?: boolean }): Promise<void> {
  const config = await readConfiguration(session);
  const definitions = name === null ? [...config.exports.values()] : [findExport(config, name)];
  const outside = openOutside(config);
  try {
    const planned: PlannedExport[] = [];
    for (const definition of definitions) planned.push(await planExport(outside, definition));
    if (options.json) session.output.json(planned);
    else for (const one of planned) print(session, one);
  } finally {
    outside.close();
  }
}

export function findExport(config: AppConfig, name: string): ExportDefinition {
  const definition = config.exports.get(name);
  if (definition) return definition;
  const known = [...config.exports.keys()].join(", ") || "none";
  throw new CommandError(`there is no export ${name}; ${config.file} has ${known}`, EXIT.usage);
}

async function planExport(outside: ReturnType<typeof openOutside>, definition: ExportDefinition): Promise<PlannedExport> {
  const slots = nextSlots(definition);
  const localDate = slots[0]?.localDate ?? businessDateAt(systemClock.now(), definition.timeZone);
  const resolved = await resolveNow(outside, definition);
  const partitions = partitionsOf(definition, intervalFor(definition.window, localDate));
  const store = outside.findObjectStore(definition.destination);
  return {
    export: definition.name,
    exporter: definition.exporter,
    connection: definition.connection,
    slots: slots.map((slot) => ({ at: slot.at.toISOString(), interval: intervalFor(definition.window, slot.localDate) })),
    jobs: resolved.ok
      ? partitions.map((interval) => ({
          interval,
          request: buildRequest(definition, resolved.value.selection, interval),
          uri: store?.uri(rawArtifactKey(definition.name, interval, { part: 0, outputFormat: definition.outputFormat })) ?? "",
        }))
      : [],
    unmatched: resolved.ok ? resolved.value.unmatched : [],
    problem: resolved.ok ? null : describeFailure(resolved.error),
  };
}

function nextSlots({ schedule }: ExportDefinition): Slot[] {
  const slots: Slot[] = [];
  if (!schedule) return slots;
  for (let slot = nextSlot(schedule, systemClock.now()); slot && slots.length < SLOTS_SHOWN; slot = nextSlot(schedule, slot.at)) {
    slots.push(slot);
  }
  return slots;
}

function print({ output }: Session, planned: PlannedExport): void {
  output.line(output.style("bold", planned.export) + `  ${planned.exporter} on ${planned.connection}`);
  if (planned.slots.length === 0) output.line("  no schedule: it runs when it is asked to; now it would submit");
  for (const slot of planned.slots) output.line(`  due ${formatTime(new Date(slot.at))} for ${formatInterval(slot.interval)}`);
  for (const job of planned.jobs) {
    output.line(`  POST ${planned.exporter} ${JSON.stringify(job.request)}`);
    output.line(`    -> ${job.uri}`);
  }
  if (planned.unmatched.length > 0) output.line(output.style("yellow", `  ${describeUnmatched(planned.unmatched)}`));
  if (planned.problem) output.line(output.style("yellow", `  the entities are not known: ${planned.problem}`));
}
