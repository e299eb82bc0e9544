import { systemClock } from "../../app.ts";
import { describeFailure } from "../../core/base/describe-failure.ts";
import { describeSelectionChange } from "../../core/exports/selection-change.ts";
import type { Artifact } from "../../core/jobs/artifact.ts";
import { type Job, jobIdOf } from "../../core/jobs/job.ts";
import type { RunWithJobs } from "../../core/jobs/run.ts";
import { describeEntities, missingChunks } from "../../core/plan/missing-chunk.ts";
import type { CommandContext } from "../command-context.ts";
import { runDetailDocument } from "../documents/run-document.ts";
import { failureOf } from "../failure-of.ts";
import { findRun } from "../find-run.ts";
import { findStoppedConnections } from "../find-stopped-connections.ts";
import { type Output, formatBytes, formatInterval, formatTime } from "../output.ts";
import { withPersistence } from "../with-app.ts";

/** Shows one run: its jobs, its artifacts, and what went wrong. */
export async function show(context: CommandContext, id: string, options: { readonly json?: boolean }): Promise<void> {
  const { found, artifacts, stopped } = await withPersistence(context, async ({ database: { repositories } }) => {
    const run = await findRun(repositories, id);
    return {
      found: run,
      artifacts: await repositories.artifacts.listOfRun(run.run.id),
      stopped: await findStoppedConnections(repositories, [run]),
    };
  });
  const { output } = context;
  const now = systemClock.now();
  for (const failure of stopped) output.note(describeFailure(failure));
  if (options.json) return output.json(runDetailDocument(found, artifacts, now));
  printRun(output, found);
  printJobs(output, found.jobs);
  printFailures(output, found.jobs, now);
  printArtifacts(output, artifacts);
}

function printRun(output: Output, { run }: RunWithJobs): void {
  output.line(`${output.style("bold", run.exportName)} ${formatInterval(run.interval)}, ${run.trigger}: ${run.outcome}`);
  output.line(`created ${formatTime(run.createdAt)}, finished ${formatTime(run.finishedAt)}`);
  if (run.selectionChange) output.line(`entities compared with the previous run: ${describeSelectionChange(run.selectionChange)}`);
  if (run.selection === null && run.planning.lastFailure) output.line(`not planned yet: ${describeFailure(run.planning.lastFailure)}`);
}

function printJobs(output: Output, jobs: readonly Job[]): void {
  if (jobs.length === 0) return;
  output.table(
    ["job", "dates", "state", "WFM job", "deadline"],
    jobs.map((job) => [
      job.id,
      formatInterval(job.interval),
      job.state,
      jobIdOf(job) ?? "-",
      "deadline" in job ? formatTime(job.deadline) : "-",
    ]),
  );
}

function printFailures(output: Output, jobs: readonly Job[], now: Date): void {
  for (const job of jobs) {
    const failure = failureOf(job, now);
    const [missing] = missingChunks([job]);
    const what = missing ? `missing ${formatInterval(missing.interval)}, ${describeEntities(missing)}: ` : "";
    if (failure) output.line(`${job.id}: ${what}${describeFailure(failure)}`);
  }
}

function printArtifacts(output: Output, artifacts: readonly Artifact[]): void {
  const committed = artifacts.filter((artifact) => artifact.committedAt !== null);
  if (committed.length === 0) return;
  output.table(
    ["artifact", "records", "bytes", "sha256"],
    committed.map(({ uri, result }) => [uri, String(result.records), formatBytes(result.bytes), result.sha256]),
  );
}
