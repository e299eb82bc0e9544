import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { JobRowId } from "../../src/core/base/ids.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { ServerJob } from "./simulated-wfm.ts";
import type { Life } from "./world.ts";

/** One POST, from when it leaves until its answer is stored. */
export interface Posting {
  readonly jobRowId: JobRowId | null;
  readonly life: Life;
  serverJob: ServerJob | null;
  /** The answer to the POST was lost: no process can know what became of it. */
  isDisturbed: boolean;
}

/** Which POST made which job, and which of them were cut off from their answer. */
export interface Ledger {
  begin(life: Life, request: ExportRequest): Posting;
  arrived(posting: Posting, job: ServerJob): void;
  /** The answer never came, or certainly did nothing: either way nothing more comes of it. */
  lost(posting: Posting): void;
  refused(posting: Posting): void;
  stored(jobRowId: JobRowId): void;
  /** The answer was there and could not be stored. */
  notStored(jobRowId: JobRowId): void;
  interrupted(life: Life): void;
  /** Since the last `forget`. */
  readonly postings: readonly Posting[];
  postingOf(job: ServerJob): Posting | null;
  forget(): void;
}

export function createLedger(jobs: ReadonlyMap<JobRowId, Job>): Ledger {
  const postings: Posting[] = [];
  const open = new Set<Posting>();
  const byServerJob = new Map<string, Posting>();
  const rowOf = (request: ExportRequest): JobRowId | null => {
    // A row's request is one object all its life, so that it says whose it is.
    for (const job of jobs.values()) if (job.request === request) return job.id;
    return null;
  };
  const openOf = (jobRowId: JobRowId): Posting[] => [...open].filter((posting) => posting.jobRowId === jobRowId);
  const disturb = (posting: Posting): void => {
    posting.isDisturbed = true;
    open.delete(posting);
  };
  return {
    postings,
    begin: (life, request) => {
      const posting: Posting = { jobRowId: rowOf(request), life, serverJob: null, isDisturbed: false };
      postings.push(posting);
      open.add(posting);
      return posting;
    },
    arrived: (posting, job) => {
      posting.serverJob = job;
      byServerJob.set(job.id, posting);
    },
    lost: disturb,
    refused: (posting) => void open.delete(posting),
    stored: (jobRowId) => {
      for (const posting of openOf(jobRowId)) open.delete(posting);
    },
    notStored: (jobRowId) => {
      for (const posting of openOf(jobRowId)) disturb(posting);
    },
    interrupted: (life) => {
      for (const posting of open) if (posting.life === life) disturb(posting);
    },
    postingOf: ({ id }) => byServerJob.get(id) ?? null,
    forget: () => {
      postings.length = 0;
      open.clear();
    },
  };
}
