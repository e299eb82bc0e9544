import type { Clock } from "../core/clock.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import type { VendorJobId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { JobListing, VendorJob } from "../core/smartsync.ts";
import { SERVICES } from "./endpoint.ts";
import { readDocument, type GetAnswer } from "./get-answer.ts";
import { parseJobList } from "./parse-job-list.ts";
import { parseHttpDate } from "./parse-retry-after.ts";
import { parseStatusOf } from "./parse-vendor-job.ts";
import { translateAnswer } from "./translate-answer.ts";

export interface QueryJobsDeps {
  readonly get: GetAnswer;
  readonly target: string;
  readonly clock: Clock;
  readonly onUnknownStatusWord?: ((word: string) => void) | undefined;
}

export interface QueryJobs {
  findJob(id: VendorJobId, signal?: AbortSignal): Promise<Result<VendorJob, SmartSyncFailure>>;
  listJobs(signal?: AbortSignal): Promise<Result<JobListing, SmartSyncFailure>>;
}

const STATUS = `${SERVICES}/exporters/v1/status`;
/** A server that makes up words could fill the memory. */
const MOST_WORDS = 100;

export function createQueryJobs(deps: QueryJobsDeps): QueryJobs {
  const { get, target } = deps;
  const reported = new Set<string>();

  function reportUnknown(jobs: readonly VendorJob[]): void {
    for (const { status, statusWord } of jobs) {
      if (status !== "unknown" || reported.has(statusWord) || reported.size >= MOST_WORDS) continue;
      reported.add(statusWord);
      deps.onUnknownStatusWord?.(statusWord);
    }
  }

  return {
    async findJob(id, signal) {
      const got = await get(`${STATUS}/${encodeURIComponent(id)}`, signal);
      if (!got.ok) return got;
      if (got.value.status === 404) return err({ reason: "job-unknown", vendorJobId: id });
      if (got.value.status !== 200) return err(translateAnswer(got.value, deps));
      const document = readDocument(got.value, target);
      if (!document.ok) return document;
      const job = parseStatusOf(id, document.value);
      if (!job) return err({ reason: "unexpected-answer", target, detail: "the answer does not tell the job's status" });
      reportUnknown([job]);
      return ok(job);
    },
    async listJobs(signal) {
      const got = await get(STATUS, signal);
      if (!got.ok) return got;
      if (got.value.status !== 200) return err(translateAnswer(got.value, deps));
      const document = readDocument(got.value, target);
      if (!document.ok) return document;
      const jobs = parseJobList(document.value);
      if (!jobs) return err({ reason: "unexpected-answer", target, detail: "there is no list of jobs in the answer" });
      reportUnknown(jobs);
      return ok({ jobs, serverTime: parseHttpDate(got.value.headers.date) });
    },
  };
}
