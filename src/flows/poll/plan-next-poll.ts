import { HOUR_MS } from "../../core/base/clock.ts";
import { type SmartSyncFailure, failureKind } from "../../core/base/failure.ts";
import { SUBMIT_RETRY, retryAt } from "../../core/breakers/retry-policy.ts";
import { isPolledForOrphans } from "../../core/exports/orphan-policy.ts";
import { IN_FLIGHT, type Job } from "../../core/jobs/job.ts";
import { nextPollIn } from "../../core/poll/poll-plan.ts";
import { wakeForPoll } from "../wakeups/poll-by.ts";
import type { PollPorts } from "./apply-listing.ts";

/** How often to poll only for orphans: often enough to find each long before its deadline. */
const ORPHAN_POLL_MS = HOUR_MS;

export interface PollOutcome {
  readonly failedPolls: number;
  readonly listed: number;
  readonly failure: SmartSyncFailure | null;
}

/** Plans the connection's next poll after one that ended with `outcome`. */
export async function planNextPoll(ports: PollPorts, connection: string, outcome: PollOutcome): Promise<void> {
  const { failedPolls, failure, listed } = outcome;
  const now = ports.clock.now();
  const inFlight = await ports.repositories.jobs.listByState(connection, IN_FLIGHT);
  const expected = await ports.repositories.jobs.expectedDurationsMs([...new Set(inFlight.map((job) => job.exportName))]);
  const planned = nextPollIn({
    now,
    submittedAt: inFlight.map(submittedAtOf),
    expectedMs: inFlight.map((job) => expected.get(job.exportName) ?? null),
    failedPolls,
  });
  const soonestMs = planned ?? (isPolledForOrphans(ports.registry.findConnection(connection)) ? ORPHAN_POLL_MS : null);
  const nextInMs = soonestMs === null ? null : Math.max(soonestMs, waitAfter(failure, now, ports.random()));
  const nextPollAt = nextInMs === null ? null : new Date(now.getTime() + nextInMs);
  await ports.repositories.connections.setPollState(connection, { nextPollAt, failedPolls });
  if (nextPollAt) wakeForPoll(ports, connection, nextPollAt);
  if (failure) ports.emit({ event: "connection.poll-failed", connection, failure, nextInMs: nextInMs ?? 0 });
  else ports.emit({ event: "connection.polled", connection, inFlight: inFlight.length, listed, nextInMs });
}

function submittedAtOf(job: Job): Date {
  return job.state === "waiting" || job.state === "running" ? job.submittedAt : job.createdAt;
}

/** A failure that an operator has to fix is retried rarely, and a server's Retry-After is respected. */
function waitAfter(failure: SmartSyncFailure | null, now: Date, random: number): number {
  if (!failure) return 0;
  const isPatient = failureKind(failure) === "needs-operator" || failure.reason === "rate-limited" || failure.reason === "server-error";
  return isPatient ? retryAt(SUBMIT_RETRY, 0, failure, { now, random }).getTime() - now.getTime() : 0;
}
