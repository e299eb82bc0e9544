import type { Dependency } from "../../src/core/breakers/circuit-breaker.ts";
import type { ExportDefinition } from "../../src/core/exports/export-definition.ts";
import type { Job, JobFacts, StateName } from "../../src/core/jobs/job.ts";
import { type JobEvent, transition } from "../../src/core/jobs/transition.ts";
import type { Run } from "../../src/core/jobs/run.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { type JourneyTimes, buildJob, eventsTo } from "../factories/build-job.ts";
import { buildRun } from "../factories/build-run.ts";

export const NOW = new Date("2026-11-23T08:00:00.000Z");

export function after(ms: number, since = NOW): Date {
  return new Date(since.getTime() + ms);
}

/** Two connections, and one export on each. */
export async function seedConfiguration(repositories: Repositories, exports: readonly ExportDefinition[] = []): Promise<void> {
  await repositories.exports.sync(
    [buildConnection(), buildConnection({ name: "other" })],
    [buildExport(), buildExport({ name: "agents", connection: "other", exporter: "agent-info" }), ...exports],
  );
}

let generation = 0;

/** A planned run with these pending jobs. Each run has a generation of its own, so that no two runs are the same. */
export async function seedRun(repositories: Repositories, facts: readonly Partial<JobFacts>[], overrides: Partial<Run> = {}) {
  generation += 1;
  const run = buildRun({ generation, ...overrides });
  const jobs = facts.map((own, chunk) => buildJob({ runId: run.id, exportName: run.exportName, chunk, ...own }));
  await repositories.runs.create(run);
  await repositories.runs.plan(run, { selection: { muIds: [101] }, selectionChange: null }, jobs);
  return { run, jobs };
}

/** A stored job in this state, after every transition that leads to it. */
export async function seedJob(
  repositories: Repositories,
  state: StateName,
  { times = {}, ...facts }: Partial<JobFacts> & { readonly times?: JourneyTimes } = {},
): Promise<Job> {
  const { jobs } = await seedRun(repositories, [facts], facts.exportName === undefined ? {} : { exportName: facts.exportName });
  let [job] = jobs as [Job];
  for (const { event, at } of eventsTo(state, times)) job = await advance(repositories, job, event, at);
  return job;
}

export async function advance(repositories: Repositories, job: Job, event: JobEvent, at = NOW): Promise<Job> {
  const changed = transition(job, event, at);
  const isStored = await repositories.jobs.transition(job, changed, event.type);
  if (!isStored) throw new Error(`the transition ${event.type} of job ${job.id} was not stored`);
  return changed;
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/** Calls a function as often as given, all at once. */
export async function atOnce<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return await Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}

export function present<T>(values: readonly (T | null)[]): T[] {
  return values.flatMap((value) => (value === null ? [] : [value]));
}

/** Copies a ready or archiving job's result: the job is quarantined afterwards. */
export async function quarantine(repositories: Repositories, archiving: Job): Promise<Job> {
  const facts = { mediaType: "application/json", encoding: "gzip", bytes: 9_000_000_000, sha256: "a".repeat(64) } as const;
  const copy = { ...facts, key: "_quarantine/acme/x.json.gz", uri: "s3://lake/_quarantine/acme/x.json.gz", quarantinedAt: NOW };
  return await advance(repositories, archiving, { type: "quarantined", copy });
}

/** Opens the breakers of these dependencies. */
export async function openBreakers(repositories: Repositories, dependencies: readonly Dependency[]): Promise<void> {
  const lastFailure = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;
  for (const dependency of dependencies) {
    await repositories.breakers.put({ dependency, since: NOW, failures: 1, retryAt: after(5000), lastFailure });
  }
}

export const connectionNamed = (name: string): Dependency => ({ kind: "connection", name });
export const destinationNamed = (name: string): Dependency => ({ kind: "destination", name });
