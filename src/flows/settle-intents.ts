import { MINUTE_MS } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import type { JobEvent } from "../core/job-transitions.ts";
import type { Job } from "../core/job.ts";
import { SUBMIT_RETRY, retryAt } from "../core/retry-policy.ts";
import { type Settlement, settleIntent } from "../core/settle-intent.ts";
import type { JobListing } from "../core/smartsync.ts";
import type { SubmittingJob } from "../core/stores.ts";
import { applyEvent } from "./apply-event.ts";
import type { Ports } from "./ports.ts";

type SettlePorts = Pick<Ports, "stores" | "clock" | "random" | "emit">;

const UNANSWERED: Failure = { reason: "submit-unanswered" };

/**
 * A POST this old can no longer reach the server: the client gives up well before. Only then does a listing say what became of it: what is
 * not listed did not arrive, and what looks like it is not a stranger's that came sooner than ours.
 */
export const POST_IS_OVER_MS = 3 * MINUTE_MS;

/** Settles, from one listing, every submit of the connection whose answer nobody saw. `startedAt`: when the listing was asked for. */
export async function settleIntents(
  ports: SettlePorts,
  connection: string,
  { listing, startedAt }: { readonly listing: JobListing; readonly startedAt: Date },
): Promise<void> {
  const intents = (await ports.stores.jobs.listByState(connection, ["submitting"])).filter(isSubmitting);
  // A listing that was long under way says nothing about what arrived since it was made.
  const due = intents.filter((job) => startedAt.getTime() - job.intentAt.getTime() >= POST_IS_OVER_MS);
  if (due.length === 0) return;
  const claimed = await ports.stores.jobs.claimedVendorIds(
    connection,
    listing.jobs.map((job) => job.vendorJobId),
  );
  const clockOffsetMs = listing.serverTime ? listing.serverTime.getTime() - ports.clock.now().getTime() : 0;
  for (const job of due) {
    const rivals = intents.filter((other) => other.id !== job.id);
    const disowned = await ports.stores.jobs.disownedVendorIds(job.id);
    await settle(ports, job, settleIntent(job, { listed: listing.jobs, claimed, disowned, rivals, clockOffsetMs }));
  }
}

async function settle(ports: SettlePorts, job: SubmittingJob, settlement: Settlement): Promise<void> {
  const now = ports.clock.now();
  const event: JobEvent =
    settlement.verdict === "adopt"
      ? { type: "adopted", vendorJobId: settlement.job.vendorJobId }
      : {
          type: "not-accepted",
          failure: UNANSWERED,
          retryAt: retryAt(SUBMIT_RETRY, job.attempt, UNANSWERED, { now, random: ports.random() }),
        };
  if (!(await applyEvent(ports, job, event))) return;
  const strangers = settlement.verdict === "resubmit" ? settlement.strangers.length : 0;
  ports.emit({ event: "intent.settled", jobId: job.id, verdict: settlement.verdict, strangers });
}

function isSubmitting(job: Job): job is SubmittingJob {
  return job.state === "submitting";
}
