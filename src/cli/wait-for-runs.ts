import type { App } from "../app.ts";
import { describeFailure } from "../core/base/describe-failure.ts";
import type { RunId } from "../core/base/ids.ts";
import type { RunWithJobs } from "../core/jobs/run.ts";
import { reasonToStopWaiting } from "../core/jobs/stop-waiting.ts";
import { describeEntities, missingChunks } from "../core/plan/missing-chunk.ts";
import type { CommandContext } from "./command-context.ts";
import { CommandError } from "./exit-codes.ts";
import { failureOf } from "./failure-of.ts";
import { formatBytes, formatInterval } from "./output.ts";
import { createProgress } from "./progress.ts";

const READ_EVERY_MS = 300;

/** Shows the progress of the runs until they end, and then their results. Throws when one of them is not archived. */
export async function waitForRuns(context: CommandContext, app: App, ids: readonly RunId[]): Promise<void> {
  const found = await followRuns(context, app, ids);
  await printResults(context, app, found);
  const missed = found.filter(({ run }) => run.outcome !== "archived");
  if (missed.length === 0) return;
  if (context.interrupted.aborted) {
    throw new CommandError("interrupted; nothing is lost, and nightferry up or the next nightferry run continues the work");
  }
  throw new CommandError(missed.map((one) => explainMissed(one, app.ports.clock.now())).join("\n"));
}

/** Shows the progress of the runs until all have ended, waiting for the others makes no sense, or the command is interrupted. */
export async function followRuns(context: CommandContext, app: App, ids: readonly RunId[]): Promise<readonly RunWithJobs[]> {
  const progress = createProgress(context.output);
  const ended = new Map<RunId, RunWithJobs>();
  try {
    for (;;) {
      const runs = await readRuns(app, ids, ended);
      progress.show(runs);
      const now = app.ports.clock.now();
      const isOver = runs.every((found) => found.run.outcome !== "pending" || reasonToStopWaiting(found, now) !== null);
      if (isOver || context.interrupted.aborted) return runs;
      await app.ports.clock.sleep(READ_EVERY_MS, context.interrupted);
    }
  } finally {
    progress.end();
  }
}

/** Reads the runs, except those in `ended`, and adds those that have ended since. */
async function readRuns(app: App, ids: readonly RunId[], ended: Map<RunId, RunWithJobs>): Promise<readonly RunWithJobs[]> {
  const runs: RunWithJobs[] = [];
  for (const id of ids) {
    const found = ended.get(id) ?? (await app.ports.repositories.runs.find(id));
    if (!found) continue;
    runs.push(found);
    if (found.run.outcome !== "pending") ended.set(id, found);
  }
  return runs;
}

async function printResults({ output }: CommandContext, app: App, found: readonly RunWithJobs[]): Promise<void> {
  for (const { run, jobs } of found) {
    const artifacts = await app.ports.repositories.artifacts.listOfRun(run.id);
    for (const { uri, result } of artifacts.filter((artifact) => artifact.committedAt !== null)) {
      output.line(`${output.style("green", "archived")} ${run.exportName} ${result.records} records, ${formatBytes(result.bytes)}, ${uri}`);
    }
    for (const job of jobs.filter((one) => one.state !== "archived" && one.state !== "split")) {
      const [missing] = missingChunks([job]);
      const what = missing ? `, ${describeEntities(missing)}` : "";
      output.line(`${output.style("red", job.state)} ${run.exportName} ${formatInterval(job.interval)}${what}`);
    }
  }
}

function explainMissed(found: RunWithJobs, now: Date): string {
  const { run, jobs } = found;
  const failures = jobs.flatMap((job) => failureOf(job, now) ?? []);
  const failure = reasonToStopWaiting(found, now) ?? failures[0] ?? run.planning.lastFailure;
  const sentence = failure ? describeFailure(failure) : `the run ended as ${run.outcome}`;
  const ready = jobs.find((job) => job.state === "ready");
  const until = ready?.state === "ready" ? `; WFM keeps the result until ${ready.deadline.toISOString()}` : "";
  return `${run.exportName} ${formatInterval(run.interval)}: ${sentence}${until}\n  then run: nightferry retry ${run.id}`;
}
