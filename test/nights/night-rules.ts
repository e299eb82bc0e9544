import type { Failure } from "../../src/core/base/failure.ts";
import { isTerminal, type Job } from "../../src/core/jobs/job.ts";
import { claimsByRow, type Evidence, type Rule, serverJobsByRow, type Tally } from "./evidence.ts";
import { partitionOf, hasCellsOf, isSame, leftovers } from "./partition-rules.ts";
import { couldBeSaved, couldBeWarned, couldReportDatabase, secondHalfOf } from "./savable.ts";
import type { ServerJob } from "./simulated-wfm.ts";
import { parseContent } from "./stage-simply.ts";

/** The state chart of docs/architecture.md, written once more, so that a change of it is noticed. */
const LEGAL = new Set(
  `pending submit submitting; submitting accepted waiting; submitting claimed-by-reconciliation waiting;
   submitting not-accepted pending; submitting rejected failed; submitting split split; waiting started running;
   waiting completed ready; running completed ready; waiting failed failed; running failed failed; waiting canceled canceled;
   running canceled canceled; waiting vanished pending; running vanished pending; waiting split split; running split split;
   ready claimed archiving; archiving released ready; archiving deferred ready; ready archived archived;
   archiving archived archived; ready lost lost; ready resumed ready; archiving quarantined ready; archiving superseded canceled;
   archiving copy-rejected ready; archiving claim-rejected pending; waiting claim-rejected pending; running claim-rejected pending`
    .split(";")
    .map((edge) => edge.trim().replace(/\s+/g, " ")),
);

const legalHistory: Rule = {
  name: "every history is a legal path",
  check: ({ tables }) => {
    const states = new Map<string, string>();
    return tables.transitions.flatMap(({ jobRowId, from, to, event }) => {
      const before = states.get(jobRowId) ?? null;
      states.set(jobRowId, to);
      if (from !== before) return [`job ${jobRowId} went from ${from ?? "nothing"}, and was ${before ?? "nothing"}`];
      if (from === null || LEGAL.has(`${from} ${event} ${to}`)) return [];
      return [`job ${jobRowId} went from ${from} to ${to} by ${event}`];
    });
  },
};

const nothingStuck: Rule = {
  name: "everything comes to its end",
  check: ({ tables }) => {
    const runs = [...tables.runs.values()].filter(({ outcome }) => outcome === "pending");
    const jobs = [...tables.jobs.values()].filter(({ state }) => !isTerminal(state));
    const stuckRuns = runs.map((run) => `run ${run.id} of ${run.exportName} has no outcome`);
    return [...stuckRuns, ...jobs.map((job) => `job ${job.id} of ${job.exportName} is still ${job.state}`)];
  },
};

const outcomesAreTrue: Rule = {
  name: "what a run that counts as archived has published is there, whole, or in a later published that is",
  check: ({ tables, bucket }) => {
    const problems: string[] = [];
    const seen = new Set<string>();
    for (const job of tables.jobs.values()) {
      const key = tables.artifacts.get(job.id)?.result.key;
      if (job.state !== "archived" || !key || tables.runs.get(job.runId)?.outcome !== "archived") continue;
      const partition = partitionOf(key);
      if (!bucket.contents.has(`${partition}/_SUCCESS`) && !seen.has(partition)) problems.push(`${partition} has no _SUCCESS`);
      seen.add(partition);
    }
    return problems;
  },
};

/** Whose job it was that was lost before anybody had looked into its result, only the list could tell: nothing of it was stored. */
const rightData: Rule = {
  name: "wrong data are never claimedByReconciliation",
  check: (evidence) => {
    const problems: string[] = [];
    for (const [rowId, ids] of claimsByRow(evidence)) {
      const row = [...evidence.tables.jobs.values()].find(({ id }) => id === rowId);
      for (const job of jobsOf(evidence, ids)) {
        if (row && (row.state === "lost" ? isListedLike(job, row) : isMadeFor(job, row))) continue;
        problems.push(
          `job ${rowId} took the server's job ${job.id}, which was asked for by ${job.isOfAnotherClient ? "another client" : "another job"}`,
        );
      }
    }
    return problems;
  },
};

function isListedLike({ exporter, request }: ServerJob, row: Job): boolean {
  return exporter === row.exporter && request.outputFormat === row.outputFormat;
}

function isMadeFor(job: ServerJob, row: Job): boolean {
  return !job.isOfAnotherClient && job.exporter === row.exporter && isSame(job.request, row.request);
}

function jobsOf({ wfm }: Evidence, ids: ReadonlySet<string>): ServerJob[] {
  return [...wfm.jobs.values()].filter(({ id }) => ids.has(id));
}

/** A job is submitted twice only when a process died, stood still or received no answer between the POST and its answer. */
const duplicatesExcused: Rule = {
  name: "no more duplicate submits than lost answers",
  check: (evidence) => {
    const claims = claimsByRow(evidence);
    const problems: string[] = [];
    for (const [rowId, jobs] of serverJobsByRow(evidence)) {
      const unclaimed = jobs.filter(({ id }) => !claims.get(rowId)?.has(id));
      evidence.tally.duplicateSubmits += unclaimed.length;
      const excuses = evidence.ledger.postings.filter(({ jobRowId, isDisturbed }) => jobRowId === rowId && isDisturbed).length;
      if (unclaimed.length > excuses) problems.push(`job ${rowId} has ${unclaimed.length} duplicates on the server, ${excuses} excused`);
    }
    return problems;
  },
};

/** Counts what became of every result that WFM finished for us. */
const nothingLost: Rule = {
  name: "no result that could be saved is lost",
  check: (evidence) => {
    const { tally } = evidence;
    const problems: string[] = [];
    for (const { rowId, job, isClaimed } of resultsGone(evidence, tally)) {
      if (!isClaimed) tally.orphansLeft += 1;
      else if (couldBeSaved(job, evidence.downtimes)) {
        tally.lostSavable += 1;
        problems.push(`the result of job ${rowId}, on the server ${job.id}, is nowhere`);
      } else tally.lostUnsavable += 1;
    }
    return problems;
  },
};

const unsavableReported: Rule = {
  name: "every result that cannot be saved is reported before its deadline",
  check: (evidence) => {
    const unsavable = resultsGone(evidence).filter(({ job, isClaimed }) => isClaimed && !couldBeSaved(job, evidence.downtimes));
    const late = unsavable.filter(({ job }) => !isReported(evidence, job));
    evidence.tally.lostUnreported += late.length;
    return late.map(({ rowId, job }) => `no one was told in time that the result of job ${rowId}, on the server ${job.id}, was in danger`);
  },
};

/** By its own alert where the tables could be read; where they could not, by an alert that says so; where nothing ran, by none. */
export function isReported(
  { warnings, databaseAlertedAt, downtimes }: Pick<Evidence, "warnings" | "databaseAlertedAt" | "downtimes">,
  job: Pick<ServerJob, "id" | "endedAt">,
): boolean {
  const { from, until } = secondHalfOf(job);
  if (warnings.some(({ jobId, raisedAt }) => jobId === job.id && raisedAt <= until)) return true;
  if (couldBeWarned(job, downtimes)) return false;
  return databaseAlertedAt.some((at) => from <= at && at <= until) || !couldReportDatabase(job, downtimes);
}

const orphansQuarantined: Rule = {
  name: "no orphan that could be saved is lost",
  check: (evidence) => {
    const gone = resultsGone(evidence).filter(({ job, isClaimed }) => !isClaimed && couldBeSaved(job, evidence.downtimes));
    return gone.map(({ rowId, job }) => `the result of ${job.id}, a duplicate of job ${rowId}, is nowhere`);
  },
};

interface GoneResult {
  readonly rowId: string;
  readonly job: ServerJob;
  /** Whether the row ever knew of this job. */
  readonly isClaimed: boolean;
}

/** Results that WFM finished for us and that are nowhere in the lake. */
function resultsGone(evidence: Evidence, tally?: Tally): GoneResult[] {
  const kept = keptJobs(evidence);
  const claims = claimsByRow(evidence);
  const finished = [...serverJobsByRow(evidence)].flatMap(([rowId, jobs]) =>
    jobs.filter(({ end, endedAt }) => end === "completed" && endedAt <= evidence.now).map((job) => ({ rowId, job })),
  );
  if (tally) tally.results += finished.length;
  return finished
    .filter(({ job }) => !kept.has(job.id))
    .map(({ rowId, job }) => ({ rowId, job, isClaimed: claims.get(rowId)?.has(job.id) ?? false }));
}

/**
 * Server jobs whose result is in the lake: published, or raw under `_quarantine/`, or published over by a later run, or given up for one
 * that has all of it.
 */
function keptJobs(evidence: Evidence): Set<string> {
  const { bucket, tables } = evidence;
  const kept = new Set<string>();
  for (const [key, body] of bucket.contents) {
    const content = key.includes("/part-") || key.startsWith("_quarantine/") ? parseContent(body) : null;
    if (content) kept.add(content.job);
  }
  for (const job of tables.jobs.values()) {
    if (job.state === "archived") kept.add(job.jobId);
    if (job.state === "canceled" && job.server && isSuperseded(job.failure) && hasCellsOf(evidence, job)) kept.add(job.server.jobId);
  }
  return kept;
}

function isSuperseded(failure: Failure): boolean {
  return failure.reason === "superseded" && failure.copy === null;
}

const storedOnce: Rule = {
  name: "no result is stored twice",
  check: (evidence) => {
    const places = new Map<string, string[]>();
    for (const [key, body] of evidence.bucket.contents) {
      const content = key.includes("/part-") ? parseContent(body) : null;
      if (content) places.set(content.job, [...(places.get(content.job) ?? []), key]);
    }
    const left = leftovers(evidence).map((key) => `${key} is left over beside a later published`);
    const twice = [...places]
      .filter(([, keys]) => keys.length > 1)
      .map(([job, keys]) => `the result of ${job} is in ${keys.join(" and ")}`);
    evidence.tally.storedTwice += left.length + twice.length;
    return [...left, ...twice];
  },
};

/** What has to hold when a night is over. */
export const NIGHT_RULES: readonly Rule[] = [
  nothingLost,
  unsavableReported,
  orphansQuarantined,
  storedOnce,
  duplicatesExcused,
  rightData,
  outcomesAreTrue,
  legalHistory,
  nothingStuck,
];
