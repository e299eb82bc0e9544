import type { Clock } from "../core/base/clock.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import type { JobId } from "../core/base/ids.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { JobListing, WfmJob } from "../core/ports/smartsync.ts";
import { SERVICES_PATH } from "./base-url.ts";
import { parseDocument, type GetWithSession } from "./get-with-session.ts";
import { parseJobList } from "./parse-job-list.ts";
import { parseHttpDate } from "./parse-retry-after.ts";
import { parseJobStatus } from "./parse-wfm-job.ts";
import { translateErrorResponse } from "./translate-error-response.ts";

export interface QueryJobsDeps {
  readonly get: GetWithSession;
  readonly target: string;
  readonly clock: Clock;
  readonly onUnknownStatusWord?: ((word: string) => void) | undefined;
}

export interface QueryJobs {
  findJob(id: JobId, signal?: AbortSignal): Promise<Result<WfmJob, SmartSyncFailure>>;
  listJobs(signal?: AbortSignal): Promise<Result<JobListing, SmartSyncFailure>>;
}

const STATUS = `${SERVICES_PATH}/exporters/v1/status`;
/** Limits memory: a faulty server could send an unlimited number of status words. */
const MAX_REPORTED_WORDS = 100;

export function createQueryJobs(deps: QueryJobsDeps): QueryJobs {
  const { get, target } = deps;
  const reported = new Set<string>();

  function reportUnknown(jobs: readonly WfmJob[]): void {
    for (const { status, statusWord } of jobs) {
      if (status !== "unknown" || reported.has(statusWord) || reported.size >= MAX_REPORTED_WORDS) continue;
      reported.add(statusWord);
      deps.onUnknownStatusWord?.(statusWord);
    }
  }

  return {
    async findJob(id, signal) {
      const got = await get(`${STATUS}/${encodeURIComponent(id)}`, signal);
      if (!got.ok) return got;
      if (got.value.status === 404) return err({ reason: "job-unknown", jobId: id });
      if (got.value.status !== 200) return err(translateErrorResponse(got.value, deps));
      const document = parseDocument(got.value, target);
      if (!document.ok) return document;
      const job = parseJobStatus(id, document.value);
      if (!job) return err({ reason: "unexpected-answer", target, detail: "the response does not contain the job's status" });
      reportUnknown([job]);
      return ok(job);
    },
    async listJobs(signal) {
      const got = await get(STATUS, signal);
      if (!got.ok) return got;
      if (got.value.status !== 200) return err(translateErrorResponse(got.value, deps));
      const document = parseDocument(got.value, target);
      if (!document.ok) return document;
      const jobs = parseJobList(document.value);
      if (!jobs) return err({ reason: "unexpected-answer", target, detail: "the response contains no list of jobs" });
      reportUnknown(jobs);
      return ok({ jobs, serverTime: parseHttpDate(got.value.headers.date) });
    },
  };
}
