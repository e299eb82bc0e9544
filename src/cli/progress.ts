import logUpdate from "log-update";
import type { StateName } from "../core/job.ts";
import type { RunWithJobs } from "../core/stores.ts";
import { type Output, formatInterval } from "./output.ts";

export interface Progress {
  show(runs: readonly RunWithJobs[]): void;
  end(): void;
}

/** More runs than this do not fit a screen; they are counted instead. */
const LINES_SHOWN = 24;

const WORDS: Readonly<Record<StateName, string>> = {
  pending: "waits for a place",
  submitting: "submitting",
  waiting: "queued in WFM",
  running: "WFM works on it",
  ready: "ready, to be fetched",
  archiving: "fetching and checking",
  archived: "archived",
  failed: "failed",
  canceled: "canceled",
  split: "split",
  lost: "lost",
};

/** A live picture of runs on a terminal; nothing at all where the output is piped. */
export function createProgress(output: Output): Progress {
  if (!output.isTerminal) return { show: () => undefined, end: () => undefined };
  return { show: (runs) => logUpdate(picture(output, runs)), end: () => logUpdate.clear() };
}

function picture(output: Output, runs: readonly RunWithJobs[]): string {
  const jobs = runs.flatMap((found) => found.jobs);
  const archived = jobs.filter((job) => job.state === "archived").length;
  const head = output.style("bold", `${archived} of ${Math.max(jobs.length, runs.length)} archived`);
  const live = runs.filter((found) => found.run.outcome === "pending");
  const lines = live
    .slice(0, LINES_SHOWN)
    .map((found) => `  ${found.run.exportName} ${formatInterval(found.run.interval)}  ${describe(found)}`);
  const rest = live.length - lines.length;
  return [head, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

function describe({ run, jobs }: RunWithJobs): string {
  if (run.selection === null) return "asking WFM for entities";
  const counts = new Map<string, number>();
  for (const job of jobs) counts.set(WORDS[job.state], (counts.get(WORDS[job.state]) ?? 0) + 1);
  return [...counts].map(([word, count]) => (jobs.length === 1 ? word : `${count} ${word}`)).join(", ");
}
