import type { Failure } from "../../core/base/failure.ts";
import { maySplitByDate } from "../../core/exporters/built-in-exporters.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import type { Job, JobFacts } from "../../core/jobs/job.ts";
import { transition } from "../../core/jobs/transition.ts";
import { countCells, splitChunk } from "../../core/plan/chunk.ts";
import { learnFitting, learnTooLarge } from "../../core/plan/learned-size.ts";
import { chunkOfJob } from "../../core/plan/plan-jobs.ts";
import type { Registry } from "../../core/ports/registry.ts";
import { emitTransition } from "../jobs/apply-event.ts";
import type { Ports } from "../ports/ports.ts";

type SplitPorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "clock" | "newId" | "emit">;

/** Splits a job whose result is too large for WFM, and remembers the size. `false`: it is a single cell and cannot be split. */
export async function splitTooLarge(ports: SplitPorts, job: Job, failure: Failure): Promise<boolean> {
  const chunks = splitChunk(job, maySplitDefinition(ports.registry, { exporter: job.exporter, parameters: job.request }));
  if (chunks.length === 0) return false;
  const made = chunks.map((chunk) => chunkOfJob(job, chunk, { newId: ports.newId, now: ports.clock.now() }));
  if (!(await replaceJob(ports, job, { failure, chunks: made }))) return true;
  const { exports } = ports.repositories;
  await exports.setSize(job.exportName, learnTooLarge(await exports.size(job.exportName), countCells(job.request)));
  ports.wakeUps.send([{ role: "submit", id: null }]);
  return true;
}

/** Remembers that a chunk of a result that was too large came through. */
export async function learnFromChunk({ repositories }: Pick<Ports, "repositories">, job: JobFacts): Promise<void> {
  if (job.splitFrom === null) return;
  const known = await repositories.exports.size(job.exportName);
  const learned = learnFitting(known, countCells(job.request));
  if (learned !== known) await repositories.exports.setSize(job.exportName, learned);
}

/** Ends a job and creates those that replace it, in one step. `false`: another process changed the job first. */
export async function replaceJob(
  ports: Pick<Ports, "repositories" | "clock" | "emit">,
  job: Job,
  { failure, chunks }: { readonly failure: Failure; readonly chunks: readonly Job[] },
): Promise<boolean> {
  const event = { type: "split", failure } as const;
  const after = transition(job, event, ports.clock.now());
  if (!(await ports.repositories.jobs.split(job, after, chunks))) return false;
  emitTransition(ports, { before: job, after, event });
  const { id, connection, runId, exportName } = job;
  ports.emit({ event: "job.split", id, connection, runId, export: exportName, chunks: chunks.length, failure });
  return true;
}

/** Whether an exporter's requests may be split by business date, with these parameters. */
export function maySplitDefinition(
  registry: Pick<Registry, "findExporter">,
  { exporter, parameters }: Pick<ExportDefinition, "exporter" | "parameters">,
): boolean {
  const found = registry.findExporter(exporter);
  return found !== null && maySplitByDate(found, parameters);
}
