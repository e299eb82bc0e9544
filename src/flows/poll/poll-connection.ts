import { SECOND_MS } from "../../core/base/clock.ts";
import type { Dependency } from "../../core/breakers/circuit-breaker.ts";
import { isPolledForOrphans } from "../../core/exports/orphan-policy.ts";
import { IN_FLIGHT } from "../../core/jobs/job.ts";
import type { ClaimedPoll } from "../../core/persistence/connection-repository.ts";
import { recordAnswer, recordFailure } from "../breakers/record-outcome.ts";
import { type PollPorts, applyListing } from "./apply-listing.ts";
import { planNextPoll } from "./plan-next-poll.ts";

/** A poller that dies holds its connection no longer than this. */
const POLL_LEASE_MS = 30 * SECOND_MS;

/** Polls one connection: the named one if it is due, or the most overdue. `false`: none is due. */
export async function pollNextConnection(ports: PollPorts, connection: string | null, signal?: AbortSignal): Promise<boolean> {
  const now = ports.clock.now();
  const until = new Date(now.getTime() + POLL_LEASE_MS);
  const claimed = await ports.repositories.connections.claimPoll({ connection, now, until });
  if (!claimed) return false;
  await poll(ports, claimed, signal);
  return true;
}

/** A single list-all call shows the status of every job of the connection. Then the next poll is planned. */
async function poll(ports: PollPorts, { connection, failedPolls }: ClaimedPoll, signal?: AbortSignal): Promise<void> {
  const { repositories, registry } = ports;
  const startedAt = ports.clock.now();
  const client = ports.findSmartSync(connection);
  const inFlight = await repositories.jobs.listByState(connection, IN_FLIGHT);
  const hasWork = inFlight.length > 0 || isPolledForOrphans(registry.findConnection(connection));
  if (!client || !hasWork) return await repositories.connections.setPollState(connection, { nextPollAt: null, failedPolls: 0 });
  const dependency: Dependency = { kind: "connection", name: connection };
  const listing = await client.listJobs(signal);
  if (listing.ok) {
    await applyListing(ports, { connection, client, inFlight, listing: listing.value, startedAt }, signal);
    await recordAnswer(ports, dependency);
    await planNextPoll(ports, connection, { failedPolls: 0, listed: listing.value.jobs.length, failure: null });
  } else {
    await recordFailure(ports, [dependency], listing.error);
    await planNextPoll(ports, connection, { failedPolls: failedPolls + 1, listed: 0, failure: listing.error });
  }
}
