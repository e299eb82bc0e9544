import type { Catalog } from "../core/catalog.ts";
import type { ExportDefinition } from "../core/export-definition.ts";
import { mayCutByDate } from "../core/exporter-catalog.ts";
import type { Failure } from "../core/failure.ts";
import { moveJob } from "../core/job-transitions.ts";
import type { Job, JobFacts } from "../core/job.ts";
import { learnFitting, learnTooLarge } from "../core/learned-size.ts";
import { pieceOfJob } from "../core/plan-jobs.ts";
import { countUnits, cutPiece } from "../core/request-grid.ts";
import { admitJobs } from "./admit-jobs.ts";
import { emitMove } from "./apply-event.ts";
import type { Ports } from "./ports.ts";

type SplitPorts = Pick<Ports, "stores" | "queue" | "catalog" | "clock" | "newId" | "emit">;

/**
 * Replaces a job whose result WFM finds too large by smaller ones, and remembers the size for the nights to come.
 * `false`: it cannot be cut any smaller.
 */
export async function splitTooLarge(ports: SplitPorts, job: Job, failure: Failure): Promise<boolean> {
  const pieces = cutPiece(job, mayCutJob(ports.catalog, job));
  if (pieces.length === 0) return false;
  const made = pieces.map((piece) => pieceOfJob(job, piece, { newId: ports.newId, now: ports.clock.now() }));
  if (!(await replaceJob(ports, job, { failure, pieces: made }))) return true;
  const { exports } = ports.stores;
  await exports.setSize(job.exportName, learnTooLarge(await exports.size(job.exportName), countUnits(job.request)));
  await admitJobs(ports, job.connection);
  return true;
}

/** Remembers that a piece of something too large came through. */
export async function learnFromPiece({ stores }: Pick<Ports, "stores">, job: JobFacts): Promise<void> {
  if (job.splitFrom === null) return;
  const known = await stores.exports.size(job.exportName);
  const learned = learnFitting(known, countUnits(job.request));
  if (learned !== known) await stores.exports.setSize(job.exportName, learned);
}

/** Ends a job in favor of others, in one step. `false`: somebody else moved it first. */
export async function replaceJob(
  ports: Pick<Ports, "stores" | "clock" | "emit">,
  job: Job,
  { failure, pieces }: { readonly failure: Failure; readonly pieces: readonly Job[] },
): Promise<boolean> {
  const event = { type: "split", failure } as const;
  const after = moveJob(job, event, ports.clock.now());
  if (!(await ports.stores.jobs.split(job, after, pieces))) return false;
  emitMove(ports, job, after, event);
  ports.emit({ event: "job.split", jobId: job.id, runId: job.runId, export: job.exportName, pieces: pieces.length, failure });
  return true;
}

export function mayCutDefinition(catalog: Catalog, { exporter, parameters }: Pick<ExportDefinition, "exporter" | "parameters">): boolean {
  const found = catalog.findExporter(exporter);
  return found !== null && mayCutByDate(found, parameters);
}

function mayCutJob(catalog: Catalog, { exporter, request }: JobFacts): boolean {
  return mayCutDefinition(catalog, { exporter, parameters: request });
}
