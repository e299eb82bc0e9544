import type { ExportDefinition } from "../../src/core/export-definition.ts";
import type { Job, JobFacts, StateName } from "../../src/core/job.ts";
import { type JobEvent, moveJob } from "../../src/core/job-transitions.ts";
import type { Run } from "../../src/core/run.ts";
import type { Stores } from "../../src/core/stores.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { type JourneyTimes, buildJob, eventsTo } from "../factories/build-job.ts";
import { buildRun } from "../factories/build-run.ts";

export const NOW = new Date("2026-11-23T08:00:00.000Z");

export function after(ms: number, since = NOW): Date {
  return new Date(since.getTime() + ms);
}

/** Two connections, and one export on each. */
export async function seedConfiguration(stores: Stores, exports: readonly ExportDefinition[] = []): Promise<void> {
  await stores.exports.sync(
    [buildConnection(), buildConnection({ name: "other" })],
    [buildExport(), buildExport({ name: "agents", connection: "other", exporter: "agent-info" }), ...exports],
  );
}

let generation = 0;

/** A planned run with these pending jobs. Runs never collide: each is a generation of its own. */
export async function seedRun(stores: Stores, facts: readonly Partial<JobFacts>[], overrides: Partial<Run> = {}) {
  generation += 1;
  const run = buildRun({ generation, ...overrides });
  const jobs = facts.map((own, part) => buildJob({ runId: run.id, exportName: run.exportName, part, ...own }));
  await stores.runs.create(run);
  await stores.runs.plan(run, { selection: { muIds: [101] }, selectionChange: null }, jobs);
  return { run, jobs };
}

/** One stored job in a state, having made every move that leads there. */
export async function seedJob(
  stores: Stores,
  state: StateName,
  { times = {}, ...facts }: Partial<JobFacts> & { readonly times?: JourneyTimes } = {},
): Promise<Job> {
  const { jobs } = await seedRun(stores, [facts], facts.exportName === undefined ? {} : { exportName: facts.exportName });
  let [job] = jobs as [Job];
  for (const { event, at } of eventsTo(state, times)) job = await advance(stores, job, event, at);
  return job;
}

export async function advance(stores: Stores, job: Job, event: JobEvent, at = NOW): Promise<Job> {
  const moved = moveJob(job, event, at);
  if (!(await stores.jobs.move(job, moved, event.type))) throw new Error(`job ${job.id} could not be moved by ${event.type}`);
  return moved;
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
