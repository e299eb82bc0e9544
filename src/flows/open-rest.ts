import type { JobFacts, Archiving } from "../core/job.ts";
import { ok } from "../core/result.ts";
import type { OpenRest } from "../core/result-stager.ts";
import { mayUsePages, RESUME_RETRY } from "../core/resume-result.ts";
import { retryAt } from "../core/retry-policy.ts";
import type { SmartSync } from "../core/smartsync.ts";
import type { Ports } from "./ports.ts";

type OpenRestPorts = Pick<Ports, "clock" | "random" | "emit">;

/** How a job's broken transfer continues. `null` if it may not, because pages did not add up to the result the last time. */
export function openRestOf(
  ports: OpenRestPorts,
  client: SmartSync,
  { job, signal }: { readonly job: JobFacts & Archiving; readonly signal: AbortSignal },
): OpenRest | null {
  const total = job.announced.records;
  if (total === null || !mayUsePages(job.lastFailure)) return null;
  const facts = { jobId: job.id, export: job.exportName, records: total };
  return async ({ records, received, failure, vainTries }) => {
    if (vainTries > 0) {
      const now = ports.clock.now();
      const until = retryAt(RESUME_RETRY, vainTries - 1, failure, { now, random: ports.random() });
      await ports.clock.sleep(until.getTime() - now.getTime(), signal);
    }
    const page = { startRecord: records + 1, numRecords: total - records };
    const opened = await client.openPage(job.vendorJobId, page, signal);
    if (!opened.ok) return opened;
    const continues = opened.value !== null && records > 0;
    if (continues) ports.emit({ event: "result.resumed", ...facts, startRecord: page.startRecord, failure });
    else ports.emit({ event: "result.restarted", ...facts, dropped: received, failure });
    return ok(opened.value);
  };
}
