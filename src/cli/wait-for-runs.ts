import type { App } from "../app.ts";
import { describeFailure } from "../core/describe-failure.ts";
import { reasonToStopWaiting } from "../core/give-up.ts";
import type { RunId } from "../core/ids.ts";
import { describeEntities, missingParts } from "../core/missing-part.ts";
import type { RunWithJobs } from "../core/stores.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import { formatBytes, formatInterval } from "./output.ts";
import { createProgress } from "./progress.ts";
import { failureOf } from "./run-document.ts";
import type { Session } from "./session.ts";

const LOOK_EVERY_MS = 300;

/** Shows how the runs get on until all are over, then what they came to. Throws when anything was not archived. */
export async function waitForRuns(session: Session, app: App, ids: readonly RunId[]): Promise<void> {
  const found = await followRuns(session, app, ids);
  await printArtifacts(session, app, found);
  const missed = found.filter(({ run }) => run.outcome !== "archived");
  if (missed.length === 0) return;
  if (session.interrupted.aborted) {
    throw new CommandError("interrupted; nothing is lost, and nightferry up or the next run goes on with it", EXIT.failed);
  }
  throw new CommandError(missed.map((one) => explain(one, app.ports.clock.now())).join("\n"), EXIT.failed);
}

/** Shows how the runs get on, until all are over, none is worth waiting for, or the command is interrupted. */
export async function followRuns(session: Session, app: App, ids: readonly RunId[]): Promise<readonly RunWithJobs[]> {
  const progress = createProgress(session.output);
  return await follow(session, app, ids, (runs) => progress.show(runs)).finally(() => progress.end());
}

async function follow(
  session: Session,
  app: App,
  ids: readonly RunId[],
  show: (runs: readonly RunWithJobs[]) => void,
): Promise<readonly RunWithJobs[]> {
  const done = new Map<RunId, RunWithJobs>();
  for (;;) {
    const runs: RunWithJobs[] = [];
    for (const id of ids) {
      const found = done.get(id) ?? (await app.ports.stores.runs.find(id));
      if (!found) continue;
      runs.push(found);
      if (found.run.outcome !== "pending") done.set(id, found);
    }
    show(runs);
    const now = app.ports.clock.now();
    const isOver = runs.every((found) => found.run.outcome !== "pending" || reasonToStopWaiting(found, now) !== null);
    if (isOver || session.interrupted.aborted) return runs;
    await app.ports.clock.sleep(LOOK_EVERY_MS, session.interrupted);
  }
}

async function printArtifacts({ output }: Session, app: App, found: readonly RunWithJobs[]): Promise<void> {
  for (const { run, jobs } of found) {
    const artifacts = await app.ports.stores.artifacts.listOfRun(run.id);
    for (const { uri, result } of artifacts.filter((artifact) => artifact.committedAt !== null)) {
      output.line(`${output.style("green", "archived")} ${run.exportName} ${result.records} records, ${formatBytes(result.bytes)}, ${uri}`);
    }
    for (const job of jobs.filter((one) => one.state !== "archived" && one.state !== "split")) {
      const [missing] = missingParts([job]);
      const what = missing ? `, ${describeEntities(missing)}` : "";
      output.line(`${output.style("red", job.state)} ${run.exportName} ${formatInterval(job.interval)}${what}`);
    }
  }
}

function explain(found: RunWithJobs, now: Date): string {
  const { run, jobs } = found;
  const failures = jobs.flatMap((job) => failureOf(job, now) ?? []);
  const failure = reasonToStopWaiting(found, now) ?? failures[0] ?? run.planning.lastFailure;
  const sentence = failure ? describeFailure(failure) : `the run ended ${run.outcome}`;
  const kept = jobs.find((job) => job.state === "ready");
  const until = kept?.state === "ready" ? `; WFM keeps the result until ${kept.deadline.toISOString()}` : "";
  return `${run.exportName} ${formatInterval(run.interval)}: ${sentence}${until}\n  then: nightferry retry ${run.id}`;
}
