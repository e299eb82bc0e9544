import { systemClock } from "../../app.ts";
import { describeFailure } from "../../core/describe-failure.ts";
import { isRunId } from "../../core/ids.ts";
import { describeEntities, missingParts } from "../../core/missing-part.ts";
import { describeSelectionChange } from "../../core/selection-change.ts";
import type { Artifact, RunWithJobs, Stores } from "../../core/stores.ts";
import { CommandError } from "../exit-codes.ts";
import { formatBytes, formatInterval, formatTime } from "../output.ts";
import { failureOf, runDetailDocument } from "../run-document.ts";
import { type Session, withTruth } from "../session.ts";
import { findStopped } from "../find-stopped.ts";

/** One run: its jobs, its artifacts, and what went wrong. */
export async function show(session: Session, id: string, options: { readonly json?: boolean }): Promise<void> {
  const { found, artifacts, stopped } = await withTruth(session, async ({ database: { stores } }) => {
    const run = await findRun(stores, id);
    return { found: run, artifacts: await stores.artifacts.listOfRun(run.run.id), stopped: await findStopped(stores, [run]) };
  });
  for (const failure of stopped) session.output.note(describeFailure(failure));
  if (options.json) session.output.json(runDetailDocument(found, artifacts, systemClock.now()));
  else print(session, found, artifacts);
}

export async function findRun(stores: Stores, id: string): Promise<RunWithJobs> {
  if (!isRunId(id)) throw new CommandError(`${id} is no run id; nightferry runs lists them`);
  const found = await stores.runs.find(id);
  if (!found) throw new CommandError(`there is no run ${id}; nightferry runs lists them`);
  return found;
}

function print({ output }: Session, { run, jobs }: RunWithJobs, artifacts: readonly Artifact[]): void {
  output.line(`${output.style("bold", run.exportName)} ${formatInterval(run.interval)}, ${run.trigger}: ${run.outcome}`);
  output.line(`created ${formatTime(run.createdAt)}, finished ${formatTime(run.finishedAt)}`);
  if (run.selectionChange) output.line(`entities since the run before: ${describeSelectionChange(run.selectionChange)}`);
  if (run.selection === null && run.planning.lastFailure) output.line(`not planned yet: ${describeFailure(run.planning.lastFailure)}`);
  if (jobs.length > 0) {
    output.table(
      ["job", "dates", "state", "WFM job", "deadline"],
      jobs.map((job) => [
        job.id,
        formatInterval(job.interval),
        job.state,
        "vendorJobId" in job ? job.vendorJobId : "-",
        "deadline" in job ? formatTime(job.deadline) : "-",
      ]),
    );
  }
  const now = systemClock.now();
  for (const job of jobs) {
    const failure = failureOf(job, now);
    const [missing] = missingParts([job]);
    const what = missing ? `missing ${formatInterval(missing.interval)}, ${describeEntities(missing)}: ` : "";
    if (failure) output.line(`${job.id}: ${what}${describeFailure(failure)}`);
  }
  const committed = artifacts.filter((artifact) => artifact.committedAt !== null);
  if (committed.length === 0) return;
  output.table(
    ["artifact", "records", "bytes", "sha256"],
    committed.map(({ uri, result }) => [uri, String(result.records), formatBytes(result.bytes), result.sha256]),
  );
}
