import type { Failure } from "../../core/base/failure.ts";
import { maySplitByDate } from "../../core/exporters/built-in-exporters.ts";
import type { Requested } from "../../core/transfer/requested-dates.ts";
import { createRequestCheck } from "../../core/transfer/requested-rows.ts";
import { rawArtifactKey } from "../../core/publish/object-key.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { QuarantineCopy } from "../../core/ports/stored-object.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { StageRequest } from "../../core/ports/result-stager.ts";
import type { Artifact } from "../../core/jobs/artifact.ts";
import type { Ports } from "../ports/ports.ts";
import { openRestOf } from "./open-rest.ts";
import { openCopy, quarantineResult } from "../quarantine/quarantine-result.ts";
import type { ArchivingJob } from "../../core/persistence/job-repository.ts";
import type { LeaseHold } from "../leases/with-lease.ts";

export type StagePorts = Pick<
  Ports,
  "repositories" | "registry" | "findSmartSync" | "stageResult" | "copyResult" | "clock" | "random" | "emit"
>;

/** Stages a job's result: out of WFM, or out of its quarantine copy. It is proven then, and not yet visible. */
export async function stageJob(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  { signal, isHeld }: LeaseHold,
): Promise<Result<void, Failure>> {
  const source = job.quarantine ? await fromCopy(store, job.quarantine) : await fromServer(ports, job, signal);
  if (!source.ok) return source;
  const key = rawArtifactKey(job.exportName, job.partition, job);
  const { outputFormat, announced } = job;
  const check = job.claimedByReconciliation ? createRequestCheck(requestedBy(ports, job)) : undefined;
  const staged = await ports.stageResult({ ...source.value, store, key, outputFormat, announced, check, signal });
  if (!staged.ok) return staged;
  if (!isHeld()) return err({ reason: "interrupted" });
  const artifact: Artifact = { jobRowId: job.id, uri: store.uri(key), result: staged.value, committedAt: null };
  await ports.repositories.artifacts.stage(artifact);
  return ok(undefined);
}

/** An exporter that the configuration no longer has is checked strictly: wrong data are worse than a second submission. */
function requestedBy({ registry }: Pick<Ports, "registry">, { exporter, request }: ArchivingJob): Requested {
  const found = registry.findExporter(exporter);
  return { request, isByDate: found === null || maySplitByDate(found, {}) };
}

type Source = Pick<StageRequest, "result" | "openRest">;

async function fromServer(ports: StagePorts, job: ArchivingJob, signal: AbortSignal): Promise<Result<Source, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const opened = await client.openResult(job.jobId, signal);
  if (!opened.ok) return opened;
  // The check of a claimed job's rows reads one document, so its result cannot be joined from pages.
  const openRest = job.claimedByReconciliation ? null : openRestOf(ports, client, { job, signal });
  return ok({ result: opened.value, ...(openRest ? { openRest } : {}) });
}

async function fromCopy(store: ObjectStore, copy: QuarantineCopy): Promise<Result<Source, Failure>> {
  const opened = await openCopy(store, copy);
  return opened.ok ? ok({ result: opened.value }) : opened;
}

/** Copies a job's result out of WFM as it is, without proof. */
export async function quarantineJob(
  ports: StagePorts,
  { job, store }: { readonly job: ArchivingJob; readonly store: ObjectStore },
  signal: AbortSignal,
): Promise<Result<QuarantineCopy, Failure>> {
  const client = ports.findSmartSync(job.connection);
  if (!client) return err({ reason: "connection-unknown", connection: job.connection });
  const { connection, jobId, outputFormat, interval, deadline } = job;
  const facts = {
    name: { connection, jobId, outputFormat },
    run: { id: job.runId, export: job.exportName, ...interval },
    status: { ...job.announced, completedAt: job.completedAt.toISOString(), additionalDetails: job.additionalDetails },
    deadline,
  };
  return await quarantineResult(ports, { client, store, facts }, signal);
}
