import type { Failure } from "../core/failure.ts";
import { createForeignCheck } from "../core/foreign-rows.ts";
import { rawArtifactKey } from "../core/object-key.ts";
import type { ObjectStore } from "../core/object-store.ts";
import type { RescuedCopy } from "../core/rescue.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { StageRequest } from "../core/result-stager.ts";
import type { Artifact } from "../core/stores.ts";
import type { Ports } from "./ports.ts";
import { openRestOf } from "./open-rest.ts";
import { openCopy, rescueResult } from "./rescue-result.ts";
import type { ArchivingJob } from "./take-result.ts";
import type { Held } from "./with-lease.ts";

export type StagePorts = Pick<Ports, "stores" | "findSmartSync" | "stageResult" | "copyResult" | "clock" | "random" | "emit">;

/** Stages a job's result: out of WFM, or out of its quarantine copy. It is proven then, and not yet visible. */
export async function stageJob(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  { signal, isHeld }: Held,
): Promise<Result<void, Failure>> {
  const source = job.rescue ? await fromCopy(store, job.rescue) : await fromServer(ports, job, signal);
  if (!source.ok) return source;
  const key = rawArtifactKey(job.exportName, job.partition, job);
  const { outputFormat, announced } = job;
  const check = job.isAdopted ? createForeignCheck(job) : undefined;
  const staged = await ports.stageResult({ ...source.value, store, key, outputFormat, announced, check, signal });
  if (!staged.ok) return staged;
  if (!isHeld()) return err({ reason: "interrupted" });
  const artifact: Artifact = { jobId: job.id, uri: store.uri(key), result: staged.value, committedAt: null };
  await ports.stores.artifacts.stage(artifact);
  return ok(undefined);
}

type Source = Pick<StageRequest, "result" | "openRest">;

async function fromServer(ports: StagePorts, job: ArchivingJob, signal: AbortSignal): Promise<Result<Source, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const opened = await client.openResult(job.vendorJobId, signal);
  if (!opened.ok) return opened;
  // The check of a claimed job's rows reads one document, so its result cannot be joined from pages.
  const openRest = job.isAdopted ? null : openRestOf(ports, client, { job, signal });
  return ok({ result: opened.value, ...(openRest ? { openRest } : {}) });
}

async function fromCopy(store: ObjectStore, copy: RescuedCopy): Promise<Result<Source, Failure>> {
  const opened = await openCopy(store, copy);
  return opened.ok ? ok({ result: opened.value }) : opened;
}

/** Copies a job's result out of WFM as it is, without proof. */
export async function rescueJob(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  signal: AbortSignal,
): Promise<Result<RescuedCopy, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const { connection, vendorJobId, outputFormat, interval, deadline } = job;
  const facts = {
    name: { connection, vendorJobId, outputFormat },
    run: { id: job.runId, export: job.exportName, ...interval },
    status: { ...job.announced, completedAt: job.completedAt.toISOString(), additionalDetails: job.report },
    deadline,
  };
  return await rescueResult(ports, { client, store, facts }, signal);
}
