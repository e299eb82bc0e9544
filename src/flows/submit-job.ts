import { SECOND_MS } from "../core/clock.ts";
import { remedyFor } from "../core/failure.ts";
import type { JobId, VendorJobId } from "../core/ids.ts";
import { type JobEvent, moveJob } from "../core/job-transitions.ts";
import type { Job } from "../core/job.ts";
import { type System, blameFor } from "../core/outage.ts";
import { SHORTEST_LOOK_MS } from "../core/poll-plan.ts";
import type { Result } from "../core/result.ts";
import { SUBMIT_RETRY } from "../core/retry-policy.ts";
import type { SmartSync, SubmitFailure } from "../core/smartsync.ts";
import { admitJobs } from "./admit-jobs.ts";
import { applyEvent, emitMove } from "./apply-event.ts";
import { type Passage, askPassage } from "./ask-passage.ts";
import { endJob } from "./end-job.ts";
import type { Ports } from "./ports.ts";
import { jobRetryAt, reportFailure, reportSuccess } from "./report-outcome.ts";
import { skipForbidden } from "./skip-forbidden.ts";
import { watchFrom } from "./watch-from.ts";

type SubmitPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

/**
 * Intent, POST, id. The intent is stored, inside the budget, before the POST leaves. An answer that nobody saw leaves the job
 * `submitting`: only the server's list of jobs can say what became of it, and the next looks ask it. A shutdown does not cut
 * a POST off, because that would make such a job.
 */
export async function submitJob(ports: SubmitPorts, jobId: JobId): Promise<void> {
  const job = await ports.stores.jobs.find(jobId);
  if (job?.state !== "pending" || isTooEarly(job.notBefore, ports.clock.now())) return;
  const connection = ports.catalog.findConnection(job.connection);
  const client = ports.findSmartSync(job.connection);
  if (!connection || !client) return;
  const passage = await askPassage(ports, [systemOf(job)]);
  if (!passage) return;
  const intent = await writeIntent(ports, job, connection.maxConcurrentJobs);
  if (!intent) return;
  await watchFrom(ports, job.connection, new Date(ports.clock.now().getTime() + SETTLE_LOOK_MS));
  if (isTooLate(intent, ports.clock.now())) return;
  const answer = await client.submit(intent.exporter, intent.request);
  const after = await takeAnswer(ports, { client, intent, answer });
  await report(ports, { job, passage, answer });
  if (after) await follow(ports, after);
}

type SubmitAnswer = Result<VendorJobId, SubmitFailure>;

interface Answered {
  readonly client: SmartSync;
  readonly intent: Job;
  readonly answer: SubmitAnswer;
}

/** Stores what the answer says; nothing else is done before. `null`: nothing may be concluded, or somebody else was faster. */
async function takeAnswer(ports: SubmitPorts, { client, intent, answer }: Answered): Promise<Job | null> {
  const event: JobEvent | null = answer.ok ? { type: "accepted", vendorJobId: answer.value } : eventAfter(ports, intent, answer.error);
  if (!event) return null;
  if (event.type === "rejected" && event.failure.reason === "entities-forbidden") {
    if (await skipForbidden(ports, { client, job: intent, refusal: event.failure })) return await ports.stores.jobs.find(intent.id);
  }
  return await applyEvent(ports, intent, event);
}

async function report(
  ports: SubmitPorts,
  { job, passage, answer }: { readonly job: Job; readonly passage: Passage; readonly answer: SubmitAnswer },
): Promise<void> {
  const failure = answer.ok ? null : answer.error.failure;
  if (failure && blameFor(failure)) await reportFailure(ports, [systemOf(job)], failure);
  else await reportSuccess(ports, passage);
}

/** A crash during the POST is noticed by a look no later than this. */
const SETTLE_LOOK_MS = 10 * SECOND_MS;

/**
 * A process that stood still after its intent might send a POST when others have settled the intent already, as one that never
 * left. Then it leaves the intent to them.
 */
function isTooLate(intent: Job, now: Date): boolean {
  return intent.state === "submitting" && now.getTime() - intent.intentAt.getTime() >= SEND_WITHIN_MS;
}

/** What is left until `POST_IS_OVER_MS` is enough for a POST to reach the server or to be given up. */
const SEND_WITHIN_MS = 30 * SECOND_MS;

function isTooEarly(notBefore: Date | null, now: Date): boolean {
  return notBefore !== null && notBefore > now;
}

async function writeIntent(ports: SubmitPorts, job: Job, budget: number): Promise<Job | null> {
  const event: JobEvent = { type: "submit", token: ports.newId() };
  const intent = moveJob(job, event, ports.clock.now());
  if ((await ports.stores.jobs.moveWithinBudget(job, intent, budget)) !== "moved") return null;
  emitMove(ports, job, intent, event);
  return intent;
}

function systemOf({ connection }: Job): System {
  return { kind: "connection", name: connection };
}

/** `null`: unknown whether WFM took it, so nothing may be concluded here. */
function eventAfter(ports: SubmitPorts, intent: Job, { accepted, failure }: SubmitFailure): JobEvent | null {
  if (accepted === "unknown") {
    ports.emit({ event: "submit.unanswered", jobId: intent.id, connection: intent.connection, failure });
    return null;
  }
  if (remedyFor(failure) === "nobody") return { type: "rejected", failure };
  const attempt = intent.state === "submitting" ? intent.attempt : 0;
  return {
    type: "not-accepted",
    failure,
    retryAt: jobRetryAt(ports, { policy: SUBMIT_RETRY, attempt, failure }),
  };
}

async function follow(ports: SubmitPorts, job: Job): Promise<void> {
  const now = ports.clock.now();
  if (job.state === "waiting") await watchFrom(ports, job.connection, new Date(now.getTime() + SHORTEST_LOOK_MS));
  if (job.state === "pending" && job.notBefore) {
    const delayMs = Math.max(0, job.notBefore.getTime() - now.getTime());
    await ports.queue.send({ queue: "submit", jobId: job.id, version: job.version }, { delayMs });
  }
  if (job.state === "failed") await endJob(ports, job);
  await admitJobs(ports, job.connection);
}
