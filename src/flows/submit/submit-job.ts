import { SECOND_MS } from "../../core/base/clock.ts";
import { type Failure, failureKind } from "../../core/base/failure.ts";
import type { JobId } from "../../core/base/ids.ts";
import type { Result } from "../../core/base/result.ts";
import { type Dependency, attributionOf } from "../../core/breakers/circuit-breaker.ts";
import { SUBMIT_RETRY } from "../../core/breakers/retry-policy.ts";
import type { Job } from "../../core/jobs/job.ts";
import type { JobEvent } from "../../core/jobs/transition.ts";
import type { ClaimScope, SubmittingJob } from "../../core/persistence/job-repository.ts";
import { SHORTEST_POLL_MS } from "../../core/poll/poll-plan.ts";
import type { SmartSync, SubmitFailure } from "../../core/ports/smartsync.ts";
import { recordFailure, recordSuccess, retryJobAt } from "../breakers/record-outcome.ts";
import { PERMITTED, type Permit, claimProbes, returnProbes } from "../breakers/request-permit.ts";
import { applyEvent, emitTransition } from "../jobs/apply-event.ts";
import { endJob } from "../jobs/end-job.ts";
import type { Ports } from "../ports/ports.ts";
import { pollBy } from "../wakeups/poll-by.ts";
import { skipForbidden } from "./skip-forbidden.ts";

export type SubmitPorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

/** A crash during the POST is noticed by a poll about this long after it. */
const RECONCILE_POLL_MS = 10 * SECOND_MS;

/** Submits the oldest pending job that its connection's concurrency limit allows. `false`: there is none. */
export async function submitNextJob(ports: SubmitPorts): Promise<boolean> {
  return await submit(ports, "closed-breakers", PERMITTED);
}

/** Submits one job to each connection whose breaker is half-open, to find out whether WFM can be called again. */
export async function probeBySubmitting(ports: SubmitPorts): Promise<void> {
  const pending = async () => new Set(await ports.repositories.jobs.connectionsWith(["pending"]));
  const probes = await claimProbes(ports, async ({ kind, name }) => kind === "connection" && (await pending()).has(name));
  for (const probe of probes) {
    const { dependency } = probe;
    if (!(await submit(ports, { probing: [dependency] }, { probing: [dependency] }))) await returnProbes(ports, [probe]);
  }
}

/**
 * Intent, POST, answer. The claim stores the intent, within the concurrency limit, before the POST is sent. If the answer is never received,
 * the job stays `submitting`: the list of jobs on the server shows what became of it, and a poll reconciles it. A shutdown does not cut a
 * POST off, because that would leave such a job.
 */
async function submit(ports: SubmitPorts, scope: ClaimScope, permit: Permit): Promise<boolean> {
  const now = ports.clock.now();
  const intent = await ports.repositories.jobs.claimSubmission({
    scope,
    now,
    fencingToken: ports.newId(),
    pollBy: new Date(now.getTime() + RECONCILE_POLL_MS),
  });
  if (!intent) return false;
  emitTransition(ports, { before: { state: "pending" }, after: intent, event: { type: "submit", fencingToken: intent.fencingToken } });
  await post(ports, intent, permit);
  return true;
}

async function post(ports: SubmitPorts, intent: SubmittingJob, permit: Permit): Promise<void> {
  const client = ports.findSmartSync(intent.connection);
  if (!client) {
    const failure = { reason: "connection-unknown", connection: intent.connection } as const;
    await recordFailure(ports, [dependencyOf(intent)], failure);
    await applyEvent(ports, intent, notAccepted(ports, intent, failure));
    return;
  }
  if (isTooLate(intent, ports.clock.now())) return;
  const answer = await client.submit(intent.exporter, intent.request);
  const after = await storeAnswer(ports, { client, intent, answer });
  await recordAnswerOf(ports, { intent, permit, answer });
  if (after) await follow(ports, after);
}

/**
 * A process that stood still after its intent must not send the POST when others may have reconciled the intent already. It leaves the
 * intent to them. What is left until `POST_IS_OVER_MS` is enough for a POST to reach the server or to be given up.
 */
function isTooLate(intent: SubmittingJob, now: Date): boolean {
  return now.getTime() - intent.intentAt.getTime() >= SEND_WITHIN_MS;
}

const SEND_WITHIN_MS = 30 * SECOND_MS;

interface Answered {
  readonly client: SmartSync;
  readonly intent: SubmittingJob;
  readonly answer: Result<JobId, SubmitFailure>;
}

/** Stores what the answer says, before anything else is done. `null`: nothing is known yet, or another process was faster. */
async function storeAnswer(ports: SubmitPorts, { client, intent, answer }: Answered): Promise<Job | null> {
  const event: JobEvent | null = answer.ok ? { type: "accepted", jobId: answer.value } : eventAfter(ports, intent, answer.error);
  if (!event) return null;
  if (event.type === "rejected" && event.failure.reason === "entities-forbidden") {
    if (await skipForbidden(ports, { client, job: intent, refusal: event.failure })) return await ports.repositories.jobs.find(intent.id);
  }
  return await applyEvent(ports, intent, event);
}

/** `null`: WFM may have accepted the request, so nothing may be concluded here. */
function eventAfter(ports: SubmitPorts, intent: SubmittingJob, { accepted, failure }: SubmitFailure): JobEvent | null {
  if (accepted === "unknown") {
    ports.emit({ event: "submission.in-doubt", id: intent.id, connection: intent.connection, export: intent.exportName, failure });
    return null;
  }
  return failureKind(failure) === "permanent" ? { type: "rejected", failure } : notAccepted(ports, intent, failure);
}

function notAccepted(ports: SubmitPorts, intent: SubmittingJob, failure: Failure): JobEvent {
  const { failedAttempts } = intent;
  return { type: "not-accepted", failure, retryAt: retryJobAt(ports, { policy: SUBMIT_RETRY, failedAttempts, failure }) };
}

async function recordAnswerOf(
  ports: SubmitPorts,
  { intent, permit, answer }: { readonly intent: SubmittingJob; readonly permit: Permit; readonly answer: Answered["answer"] },
): Promise<void> {
  const failure = answer.ok ? null : answer.error.failure;
  if (failure && attributionOf(failure)) await recordFailure(ports, [dependencyOf(intent)], failure);
  else await recordSuccess(ports, permit);
}

function dependencyOf({ connection }: SubmittingJob): Dependency {
  return { kind: "connection", name: connection };
}

async function follow(ports: SubmitPorts, job: Job): Promise<void> {
  const now = ports.clock.now();
  if (job.state === "waiting") return await pollBy(ports, job.connection, new Date(now.getTime() + SHORTEST_POLL_MS));
  if (job.state === "failed") await endJob(ports, job);
  const delayMs = job.state === "pending" && job.notBefore ? Math.max(0, job.notBefore.getTime() - now.getTime()) : 0;
  ports.wakeUps.send([{ role: "submit", id: null }], { delayMs });
}
