import { SECOND_MS } from "./clock.ts";
import type { JobFacts, Submitting } from "./job.ts";
import type { VendorJob } from "./smartsync.ts";

/** The server's clock may be behind ours by this much beyond the measured difference. */
const CLOCK_SLACK_MS = 5 * SECOND_MS;

export interface SettleEvidence {
  /** Every job of the login, listed after the POST can no longer arrive. */
  readonly listed: readonly VendorJob[];
  /** Vendor ids that rows of ours already have. */
  readonly claimed: ReadonlySet<string>;
  /** Vendor ids that this job had once, and that turned out not to be its own. */
  readonly disowned: ReadonlySet<string>;
  /** Other intents of the connection that are not settled. */
  readonly rivals: readonly Pick<JobFacts, "exporter" | "outputFormat">[];
  /** The server's clock minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
}

export type Settlement =
  { readonly verdict: "adopt"; readonly job: VendorJob } | { readonly verdict: "resubmit"; readonly strangers: readonly VendorJob[] };

/**
 * What became of a POST whose answer nobody saw. Adopted is only a job that nothing else can be: exactly one unclaimed job fits,
 * and no other open intent could claim it. In every other case the job is submitted again: wrong data is worse than a second submit.
 */
export function settleIntent(job: JobFacts & Submitting, evidence: SettleEvidence): Settlement {
  const isFree = ({ vendorJobId }: VendorJob) => !evidence.claimed.has(vendorJobId) && !evidence.disowned.has(vendorJobId);
  const candidates = evidence.listed.filter((listed) => isFree(listed) && couldBe(job, listed, evidence.clockOffsetMs));
  const hasRival = evidence.rivals.some((rival) => rival.exporter === job.exporter && rival.outputFormat === job.outputFormat);
  const [only] = candidates;
  if (only && candidates.length === 1 && !hasRival) return { verdict: "adopt", job: only };
  return { verdict: "resubmit", strangers: candidates };
}

/** Whether a listed job may be the one that this intent made. */
export function couldBe(job: JobFacts & Submitting, listed: VendorJob, clockOffsetMs: number): boolean {
  if (listed.exporterType !== null && normalizeExporter(listed.exporterType) !== normalizeExporter(job.exporter)) return false;
  if (listed.outputFormat !== null && listed.outputFormat.toUpperCase() !== job.outputFormat) return false;
  if (listed.lastStatusChange === null) return true;
  return listed.lastStatusChange.getTime() - clockOffsetMs >= job.intentAt.getTime() - CLOCK_SLACK_MS;
}

/** The spelling of exporter types is not documented (slug, title or module name): only letters and digits are compared. */
function normalizeExporter(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
