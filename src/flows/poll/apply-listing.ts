import type { Failure } from "../../core/base/failure.ts";
import type { Job, Running, Waiting } from "../../core/jobs/job.ts";
import { becomesOverdue, explainOverdue } from "../../core/jobs/overdue.ts";
import type { JobEvent } from "../../core/jobs/transition.ts";
import { eventFor } from "../../core/poll/poll-event.ts";
import { afterVanishing } from "../../core/poll/vanished-job.ts";
import type { JobListing, SmartSync, WfmJob } from "../../core/ports/smartsync.ts";
import { applyEvent } from "../jobs/apply-event.ts";
import { endJob } from "../jobs/end-job.ts";
import { learnFromChunk, splitTooLarge } from "../plan/split-job.ts";
import type { Ports } from "../ports/ports.ts";
import { recordOrphans } from "../quarantine/record-orphans.ts";
import { reconcileSubmissions } from "../submit/reconcile-submissions.ts";
import { rejectClaim } from "./reject-claim.ts";

export type PollPorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

/** What one poll has found. */
export interface Polled {
  readonly connection: string;
  readonly client: SmartSync;
  /** The jobs that were in flight when the poll began. */
  readonly inFlight: readonly Job[];
  readonly listing: JobListing;
  readonly startedAt: Date;
}

type OnServerJob = Job & (Waiting | Running);

/**
 * Applies a listing to our jobs, reconciles submissions in doubt, and records what no run here requested. A job that the server is done
 * with makes room for another one.
 */
export async function applyListing(ports: PollPorts, polled: Polled, signal?: AbortSignal): Promise<void> {
  const listed = new Map(polled.listing.jobs.map((job) => [job.jobId, job]));
  const onServer = polled.inFlight.filter((job): job is OnServerJob => job.state === "waiting" || job.state === "running");
  const unfinished: OnServerJob[] = [];
  for (const job of onServer) {
    const seen = listed.get(job.jobId) ?? (await findSingly(ports, { client: polled.client, job }, signal));
    if (seen === null || (await applyStatus(ports, polled, { job, seen }))) continue;
    unfinished.push(job);
    reportOverdue(ports, job, polled.startedAt);
  }
  if (unfinished.length < onServer.length) ports.wakeUps.send([{ role: "submit", id: null }]);
  const ids = unfinished.map((job) => job.id);
  if (ids.length > 0) await ports.repositories.jobs.markInFlight(ids, polled.startedAt);
  await reconcileSubmissions(ports, polled.connection, polled);
  await recordOrphans(ports, polled.connection, polled.listing);
}

/** A job that the list lacks is requested by itself before anything is concluded. `null`: nothing is known, or it was handled. */
async function findSingly(
  ports: PollPorts,
  { client, job }: { readonly client: SmartSync; readonly job: OnServerJob },
  signal?: AbortSignal,
): Promise<WfmJob | null> {
  const found = await client.findJob(job.jobId, signal);
  if (found.ok) return found.value;
  if (found.error.reason !== "job-unknown") return null;
  const chance = { now: ports.clock.now(), random: ports.random() };
  const after = await applyEvent(ports, job, afterVanishing(job.jobId, await ports.repositories.jobs.history(job.id), chance));
  if (after) await follow(ports, after);
  return null;
}

/** A job that reconciliation claimed may be another client's: that it failed says nothing about our request. */
const DOUBTFUL_ENDS: ReadonlySet<JobEvent["type"]> = new Set(["failed", "canceled"]);

/** `true` when the server is done with the job. */
async function applyStatus(
  ports: PollPorts,
  polled: Polled,
  { job, seen }: { readonly job: OnServerJob; readonly seen: WfmJob },
): Promise<boolean> {
  const event = eventFor(job, seen, { observedAt: ports.clock.now(), serverTime: polled.listing.serverTime });
  if (!event) return false;
  if (job.claimedByReconciliation && DOUBTFUL_ENDS.has(event.type)) {
    await rejectClaim(ports, job, failureIn(event));
    return true;
  }
  const isTooLarge = event.type === "failed" && event.failure.reason === "result-too-large";
  if (isTooLarge && (await splitTooLarge(ports, job, event.failure))) return true;
  const after = await applyEvent(ports, job, event);
  if (event.type === "started") return false;
  if (after) await follow(ports, after);
  return true;
}

function failureIn(event: JobEvent): Failure {
  return "failure" in event && event.failure ? event.failure : { reason: "submit-unanswered" };
}

function reportOverdue({ emit }: Pick<Ports, "emit">, job: OnServerJob, now: Date): void {
  const failure = becomesOverdue(job, now) ? explainOverdue(job, now) : null;
  const { id, jobId, connection, exportName } = job;
  if (failure) emit({ event: "job.overdue", id, jobId, connection, export: exportName, failure });
}

async function follow(ports: PollPorts, after: Job): Promise<void> {
  if (after.state === "ready") {
    ports.wakeUps.send([{ role: "archive", id: after.id }]);
    await learnFromChunk(ports, after);
  }
  if (after.state === "failed" || after.state === "canceled") await endJob(ports, after);
}
