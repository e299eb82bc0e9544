import logUpdate from "log-update";
import type { StateName } from "../core/jobs/job.ts";
import type { RunWithJobs } from "../core/jobs/run.ts";
import { type Output, formatInterval } from "./output.ts";

export interface Progress {
  show(runs: readonly RunWithJobs[]): void;
  end(): void;
}

/** More runs do not fit on a screen. The others are counted. */
const RUNS_SHOWN = 24;

const WORDS: Readonly<Record<StateName, string>> = {
  pending: "to be submitted",
  submitting: "being submitted",
  waiting: "queued in WFM",
  running: "running in WFM",
  ready: "ready to download",
  archiving: "being downloaded and checked",
  archived: "archived",
  failed: "failed",
  canceled: "canceled",
  split: "split",
  lost: "lost",
};

/** Shows the progress of runs on a terminal, and nothing where the output is piped. */
export function createProgress(output: Output): Progress {
  if (!output.isTerminal) return { show: () => undefined, end: () => undefined };
  return { show: (runs) => logUpdate(describeRuns(output, runs)), end: () => logUpdate.clear() };
}

/** The first line counts archived jobs; one line follows for each pending run. */
export function describeRuns(output: Pick<Output, "style">, runs: readonly RunWithJobs[]): string {
  const jobs = runs.flatMap((found) => found.jobs).filter((job) => job.state !== "split");
  const archived = jobs.filter((job) => job.state === "archived").length;
  const head = output.style("bold", `${archived} of ${Math.max(jobs.length, runs.length)} archived`);
  const pending = runs.filter((found) => found.run.outcome === "pending");
  const lines = pending
    .slice(0, RUNS_SHOWN)
    .map((found) => `  ${found.run.exportName} ${formatInterval(found.run.interval)}  ${describeJobs(found)}`);
  const others = pending.length - lines.length;
  return [head, ...lines, ...(others > 0 ? [`  and ${others} more`] : [])].join("\n");
}

function describeJobs({ run, jobs }: RunWithJobs): string {
  if (run.selection === null) return "being planned";
  const counts = new Map<string, number>();
  for (const job of jobs.filter((one) => one.state !== "split")) counts.set(WORDS[job.state], (counts.get(WORDS[job.state]) ?? 0) + 1);
  return [...counts].map(([word, count]) => (counts.size === 1 && count === 1 ? word : `${count} ${word}`)).join(", ");
}
