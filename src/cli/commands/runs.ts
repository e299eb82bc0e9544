import { describeFailure } from "../../core/base/describe-failure.ts";
import type { RunOutcome } from "../../core/jobs/run.ts";
import type { CommandContext } from "../command-context.ts";
import { runDocument } from "../documents/run-document.ts";
import { findStoppedConnections } from "../find-stopped-connections.ts";
import { formatInterval, formatTime } from "../output.ts";
import { withPersistence } from "../with-app.ts";

export interface RunsOptions {
  readonly export?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Lists runs, the newest first. */
export async function runs(context: CommandContext, options: RunsOptions): Promise<void> {
  const { output } = context;
  const query = { limit: options.limit, ...(options.export ? { exportName: options.export } : {}) };
  const { found, stopped } = await withPersistence(context, async ({ database: { repositories } }) => {
    const listed = await repositories.runs.list(query);
    return { found: listed, stopped: await findStoppedConnections(repositories, listed) };
  });
  for (const failure of stopped) output.note(describeFailure(failure));
  if (options.json) return output.json(found.map(runDocument));
  if (found.length === 0) return output.line("no runs yet");
  output.table(
    ["run", "export", "interval", "trigger", "outcome", "jobs", "created", "finished"],
    found.map(({ run, jobs }) => [
      run.id,
      run.exportName,
      formatInterval(run.interval),
      run.trigger,
      output.style(STYLES[run.outcome] ?? "red", run.outcome),
      String(jobs.length),
      formatTime(run.createdAt),
      formatTime(run.finishedAt),
    ]),
  );
}

const STYLES: Readonly<Partial<Record<RunOutcome, "green" | "yellow">>> = { archived: "green", pending: "yellow" };
