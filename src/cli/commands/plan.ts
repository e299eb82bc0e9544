import { randomUUID } from "node:crypto";
import { type OutsideOptions, hasPersistence, openOutside, registryOf, systemClock } from "../../app.ts";
import type { AppConfig } from "../../config/app-config.ts";
import { type Interval, businessDateAt } from "../../core/base/business-date.ts";
import { describeFailure } from "../../core/base/describe-failure.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import type { ResolvedSelection } from "../../core/exports/export-request.ts";
import { intervalFor } from "../../core/exports/window.ts";
import type { Job } from "../../core/jobs/job.ts";
import { type LearnedSize, NOTHING_LEARNED, mostCells } from "../../core/plan/learned-size.ts";
import { describeUnmatched, planJobs } from "../../core/plan/plan-jobs.ts";
import type { Registry } from "../../core/ports/registry.ts";
import { rawArtifactKey } from "../../core/publish/object-key.ts";
import { type ScheduledTime, nextScheduledTime } from "../../core/schedule/scheduled-time.ts";
import { guardLogins } from "../../flows/alerts/guard-logins.ts";
import { resolveSelection } from "../../flows/plan/resolve-selection.ts";
import { maySplitDefinition } from "../../flows/plan/split-job.ts";
import { newRun } from "../../flows/schedule/create-run.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommandEmit } from "../command-log.ts";
import type { DocumentOf } from "../documents/document-of.ts";
import type { planSchema } from "../documents/plan-document.ts";
import { findExport } from "../find-export.ts";
import { formatInterval, formatTime } from "../output.ts";
import { readConfiguration } from "../read-configuration.ts";
import { withPersistence } from "../with-app.ts";

const TIMES_SHOWN = 3;

type PlanDocument = DocumentOf<typeof planSchema>;

/** Shows the requests that runs would submit, and when. Asks WFM for entities where a selection needs them, and submits nothing. */
export async function plan(context: CommandContext, name: string | null, options: { readonly json?: boolean }): Promise<void> {
  const config = await readConfiguration(context);
  const definitions = name === null ? [...config.exports.values()] : [findExport(config, name)];
  const documents: PlanDocument[] = [];
  await withPlanPorts(context, config, async (ports) => {
    for (const definition of definitions) documents.push(await planExport(ports, definition, context.interrupted));
  });
  if (options.json) return context.output.json(documents);
  for (const document of documents) print(context, document);
}

type Outside = ReturnType<typeof openOutside>;

interface PlanPorts extends Pick<Outside, "findSmartSync" | "findObjectStore"> {
  readonly registry: Registry;
  /** What earlier runs have shown about the size of an export's results. */
  readonly sizeOf: (exportName: string) => Promise<LearnedSize>;
}

async function withPlanPorts(context: CommandContext, config: AppConfig, work: (ports: PlanPorts) => Promise<void>): Promise<void> {
  const withOutside = async (sizeOf: PlanPorts["sizeOf"], options: OutsideOptions): Promise<void> => {
    const outside = openOutside(config, options);
    try {
      await work({ ...outside, registry: registryOf(config), sizeOf });
    } finally {
      outside.close();
    }
  };
  // Before the first run there is no database. Nothing was learned then, and a plan does not create one.
  if (!(await hasPersistence(context.env))) return await withOutside(async () => NOTHING_LEARNED, {});
  await withPersistence(context, async ({ database: { repositories } }) => {
    const guardPorts = { repositories, emit: createCommandEmit(context), clock: systemClock };
    await withOutside((exportName) => repositories.exports.size(exportName), { loginGate: (name) => guardLogins(guardPorts, name) });
  });
}

async function planExport(ports: PlanPorts, definition: ExportDefinition, signal: AbortSignal): Promise<PlanDocument> {
  const times = nextScheduledTimes(definition);
  const localDate = times[0]?.localDate ?? businessDateAt(systemClock.now(), definition.timeZone);
  const interval = intervalFor(definition.window, localDate);
  const resolved = await resolveSelection(ports, definition, signal);
  const jobs = resolved.ok ? await previewJobs(ports, definition, { interval, selection: resolved.value.selection }) : [];
  const store = ports.findObjectStore(definition.destination);
  return {
    export: definition.name,
    exporter: definition.exporter,
    connection: definition.connection,
    times: times.map((time) => ({ at: time.at.toISOString(), interval: intervalFor(definition.window, time.localDate) })),
    jobs: jobs.map(({ interval, partition, request, ...job }) => {
      const key = rawArtifactKey(definition.name, partition, job);
      return { interval, partition, request, uri: store?.uri(key) ?? key };
    }),
    unmatched: resolved.ok ? resolved.value.unmatched : [],
    problem: resolved.ok ? null : describeFailure(resolved.error),
  };
}

/** The jobs that a run for this interval would have, without storing anything. */
async function previewJobs(
  { registry, sizeOf }: PlanPorts,
  definition: ExportDefinition,
  { interval, selection }: { readonly interval: Interval; readonly selection: ResolvedSelection },
): Promise<readonly Job[]> {
  const making = { newId: randomUUID, clock: systemClock };
  const run = newRun(making, { exportName: definition.name, interval, trigger: "manual", generation: 0, scheduledAt: null });
  return planJobs(run, definition, {
    selection,
    mostCells: mostCells(await sizeOf(definition.name)),
    maySplitByDate: maySplitDefinition(registry, definition),
    newId: making.newId,
    now: run.createdAt,
  });
}

function nextScheduledTimes({ schedule }: ExportDefinition): ScheduledTime[] {
  const times: ScheduledTime[] = [];
  if (!schedule) return times;
  let time = nextScheduledTime(schedule, systemClock.now());
  while (time && times.length < TIMES_SHOWN) {
    times.push(time);
    time = nextScheduledTime(schedule, time.at);
  }
  return times;
}

function print({ output }: CommandContext, planned: PlanDocument): void {
  output.line(output.style("bold", planned.export) + `  ${planned.exporter} on ${planned.connection}`);
  if (planned.times.length === 0) output.line("  no schedule; a run by hand would submit now:");
  for (const { at, interval } of planned.times) output.line(`  due ${formatTime(new Date(at))} for ${formatInterval(interval)}`);
  for (const job of planned.jobs) {
    output.line(`  POST ${planned.exporter} ${JSON.stringify(job.request)}`);
    output.line(`    -> ${job.uri}`);
  }
  if (planned.unmatched.length > 0) output.line(output.style("yellow", `  ${describeUnmatched(planned.unmatched)}`));
  if (planned.problem) output.line(output.style("yellow", `  the requests are not known: ${planned.problem}`));
}
