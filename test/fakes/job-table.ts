import type { JobRowId, RunId } from "../../src/core/base/ids.ts";
import { isTerminal, type Job } from "../../src/core/jobs/job.ts";

/** The jobs by id, with an index of those that have not ended and of those of each run. */
export class JobTable extends Map<JobRowId, Job> {
  private readonly unfinished = new Map<JobRowId, Job>();
  private readonly byRun = new Map<RunId, Set<JobRowId>>();

  open(): Job[] {
    return [...this.unfinished.values()];
  }

  ofRun(runId: RunId): Job[] {
    return [...(this.byRun.get(runId) ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  override set(id: JobRowId, job: Job): this {
    if (isTerminal(job.state)) this.unfinished.delete(id);
    else this.unfinished.set(id, job);
    const siblings = this.byRun.get(job.runId);
    if (siblings) siblings.add(id);
    else this.byRun.set(job.runId, new Set([id]));
    return super.set(id, job);
  }

  override delete(id: JobRowId): boolean {
    const job = this.get(id);
    if (!job) return false;
    this.unfinished.delete(id);
    const siblings = this.byRun.get(job.runId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.byRun.delete(job.runId);
    return super.delete(id);
  }
}
