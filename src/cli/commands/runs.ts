import { describeFailure } from "../../core/describe-failure.ts";
import { findStopped } from "../find-stopped.ts";
import { formatInterval, formatTime } from "../output.ts";
import { runDocument } from "../run-document.ts";
import { type Session, withTruth } from "../session.ts";

export interface RunsOptions {
  readonly export?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** What happened, newest first. */
export async function runs(session: Session, options: RunsOptions): Promise<void> {
  const { output } = session;
  const query = { limit: options.limit, ...(options.export ? { exportName: options.export } : {}) };
  const { found, stopped } = await withTruth(session, async ({ database: { stores } }) => {
    const listed = await stores.runs.list(query);
    return { found: listed, stopped: await findStopped(stores, listed) };
  });
  for (const failure of stopped) output.note(describeFailure(failure));
  const documents = found.map(runDocument);
  if (options.json) return output.json(documents);
  if (documents.length === 0) return output.line("no runs yet");
  output.table(
    ["run", "export", "interval", "trigger", "outcome", "jobs", "created", "finished"],
    found.map(({ run, jobs }) => [
      run.id,
      run.exportName,
      formatInterval(run.interval),
      run.trigger,
      output.style(run.outcome === "archived" ? "green" : run.outcome === "pending" ? "yellow" : "red", run.outcome),
      String(jobs.length),
      formatTime(run.createdAt),
      formatTime(run.finishedAt),
    ]),
  );
}
