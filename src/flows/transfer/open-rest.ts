import type { JobFacts, Archiving } from "../../core/jobs/job.ts";
import { ok } from "../../core/base/result.ts";
import type { OpenRest } from "../../core/ports/result-stager.ts";
import { mayUsePages, RESUME_RETRY } from "../../core/transfer/resume-result.ts";
import { retryAt } from "../../core/breakers/retry-policy.ts";
import type { SmartSync } from "../../core/ports/smartsync.ts";
import type { Ports } from "../ports/ports.ts";

type OpenRestPorts = Pick<Ports, "clock" | "random" | "emit">;

/** How a job's broken transfer continues. `null` if it may not, because pages did not add up to the result the last time. */
export function openRestOf(
  ports: OpenRestPorts,
  client: SmartSync,
  { job, signal }: { readonly job: JobFacts & Archiving; readonly signal: AbortSignal },
): OpenRest | null {
  const total = job.announced.records;
  if (total === null || !mayUsePages(job.lastFailure)) return null;
  const { id, jobId, connection, exportName } = job;
  const facts = { id, jobId, connection, export: exportName, records: total };
  return async ({ records, received, failure, vainTries }) => {
    if (vainTries > 0) {
      const now = ports.clock.now();
      const until = retryAt(RESUME_RETRY, vainTries - 1, failure, { now, random: ports.random() });
      await ports.clock.sleep(until.getTime() - now.getTime(), signal);
    }
    const page = { startRecord: records + 1, numRecords: total - records };
    const opened = await client.openPage(job.jobId, page, signal);
    if (!opened.ok) return opened;
    const continues = opened.value !== null && records > 0;
    if (continues) ports.emit({ event: "result.resumed", ...facts, startRecord: page.startRecord, failure });
    else ports.emit({ event: "result.restarted", ...facts, dropped: received, failure });
    return ok(opened.value);
  };
}
