import type { JobId, RunId } from "../../src/core/ids.ts";
import { isTerminal, type Job } from "../../src/core/job.ts";

/** The jobs by id, with what the hot questions look for kept at hand: those that are not over, and those of each run. */
export class JobTable extends Map<JobId, Job> {
  private readonly unfinished = new Map<JobId, Job>();
  private readonly byRun = new Map<RunId, Set<JobId>>();

  open(): Job[] {
    return [...this.unfinished.values()];
  }

  ofRun(runId: RunId): Job[] {
    return [...(this.byRun.get(runId) ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  override set(id: JobId, job: Job): this {
    if (isTerminal(job.state)) this.unfinished.delete(id);
    else this.unfinished.set(id, job);
    const siblings = this.byRun.get(job.runId);
    if (siblings) siblings.add(id);
    else this.byRun.set(job.runId, new Set([id]));
    return super.set(id, job);
  }

  override delete(id: JobId): boolean {
    const job = this.get(id);
    if (!job) return false;
    this.unfinished.delete(id);
    const siblings = this.byRun.get(job.runId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.byRun.delete(job.runId);
    return super.delete(id);
  }
}
