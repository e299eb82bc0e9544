import type { Failure } from "../../src/core/failure.ts";
import { isTerminal, type Job } from "../../src/core/job.ts";
import { claimsByRow, type Evidence, type Rule, serverJobsByRow, type Tally } from "./evidence.ts";
import { folderOf, hasUnitsOf, isSame, leftovers } from "./folder-rules.ts";
import { couldBeSaved, couldBeTold, couldCryBlind, secondHalfOf } from "./saving.ts";
import type { ServerJob } from "./simulated-wfm.ts";
import { parseContent } from "./stage-simply.ts";

/** The chart of src/README.md, written once more, so that a change of it is seen. */
const LEGAL = new Set(
  `pending submit submitting; submitting accepted waiting; submitting adopted waiting; submitting not-accepted pending;
   submitting rejected failed; submitting split split; waiting started running; waiting completed ready; running completed ready;
   waiting failed failed; running failed failed; waiting canceled canceled; running canceled canceled; waiting vanished pending;
   running vanished pending; waiting split split; running split split; ready taken archiving; archiving put-back ready;
   archiving set-aside ready; ready archived archived; archiving archived archived; ready lost lost; ready resumed ready;
   archiving rescued ready; archiving outdone canceled; archiving copy-rejected ready; archiving disowned pending;
   waiting disowned pending; running disowned pending`
    .split(";")
    .map((edge) => edge.trim()),
);

const legalHistory: Rule = {
  name: "every history is a legal path",
  check: ({ tables }) => {
    const states = new Map<string, string>();
    return tables.moves.flatMap(({ jobId, from, to, event }) => {
      const before = states.get(jobId) ?? null;
      states.set(jobId, to);
      if (from !== before) return [`job ${jobId} went from ${from ?? "nothing"}, and was ${before ?? "nothing"}`];
      if (from === null || LEGAL.has(`${from} ${event} ${to}`)) return [];
      return [`job ${jobId} went from ${from} to ${to} by ${event}`];
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
  name: "what a run that counts as archived has published is there, whole, or in a later edition that is",
  check: ({ tables, bucket }) => {
    const problems: string[] = [];
    const seen = new Set<string>();
    for (const job of tables.jobs.values()) {
      const key = tables.artifacts.get(job.id)?.result.key;
      if (job.state !== "archived" || !key || tables.runs.get(job.runId)?.outcome !== "archived") continue;
      const folder = folderOf(key);
      if (!bucket.contents.has(`${folder}/_SUCCESS`) && !seen.has(folder)) problems.push(`${folder} has no _SUCCESS`);
      seen.add(folder);
    }
    return problems;
  },
};

/** Whose job it was that was lost before anybody had looked into its result, only the list could tell: nothing of it was stored. */
const rightData: Rule = {
  name: "wrong data are never adopted",
  check: (evidence) => {
    const problems: string[] = [];
    for (const [rowId, ids] of claimsByRow(evidence)) {
      const row = [...evidence.tables.jobs.values()].find(({ id }) => id === rowId);
      for (const job of jobsOf(evidence, ids)) {
        if (row && (row.state === "lost" ? isListedLike(job, row) : isMadeFor(job, row))) continue;
        problems.push(`job ${rowId} took the server's job ${job.id}, which was asked for by ${job.isStranger ? "a stranger" : "another"}`);
      }
    }
    return problems;
  },
};

function isListedLike({ exporter, request }: ServerJob, row: Job): boolean {
  return exporter === row.exporter && request.outputFormat === row.outputFormat;
}

function isMadeFor(job: ServerJob, row: Job): boolean {
  return !job.isStranger && job.exporter === row.exporter && isSame(job.request, row.request);
}

function jobsOf({ wfm }: Evidence, ids: ReadonlySet<string>): ServerJob[] {
  return [...wfm.jobs.values()].filter(({ id }) => ids.has(id));
}

/** A job is submitted twice only when somebody died, stood still or was left without an answer between POST and answer. */
const duplicatesExcused: Rule = {
  name: "no more duplicate submits than lost answers",
  check: (evidence) => {
    const claims = claimsByRow(evidence);
    const problems: string[] = [];
    for (const [rowId, jobs] of serverJobsByRow(evidence)) {
      const unclaimed = jobs.filter(({ id }) => !claims.get(rowId)?.has(id));
      evidence.tally.duplicateSubmits += unclaimed.length;
      const excuses = evidence.ledger.postings.filter(({ jobId, isDisturbed }) => jobId === rowId && isDisturbed).length;
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
      else if (couldBeSaved(job, evidence.outages)) {
        tally.lostSavable += 1;
        problems.push(`the result of job ${rowId}, on the server ${job.id}, is nowhere`);
      } else tally.lostUnsavable += 1;
    }
    return problems;
  },
};

const unsavableReported: Rule = {
  name: "every result that nobody could save is reported before its deadline",
  check: (evidence) => {
    const unsavable = resultsGone(evidence).filter(({ job, isClaimed }) => isClaimed && !couldBeSaved(job, evidence.outages));
    const late = unsavable.filter(({ job }) => !isReported(evidence, job));
    evidence.tally.lostUnreported += late.length;
    return late.map(({ rowId, job }) => `nobody was told in time that the result of job ${rowId}, on the server ${job.id}, was in danger`);
  },
};

/** By its own alarm where the tables could be read; where they could not, by a word that they cannot; where nothing ran, by nobody. */
export function isReported(
  { warnings, blindAt, outages }: Pick<Evidence, "warnings" | "blindAt" | "outages">,
  job: Pick<ServerJob, "id" | "endedAt">,
): boolean {
  const { from, until } = secondHalfOf(job);
  if (warnings.some(({ vendorJobId, raisedAt }) => vendorJobId === job.id && raisedAt <= until)) return true;
  if (couldBeTold(job, outages)) return false;
  return blindAt.some((at) => from <= at && at <= until) || !couldCryBlind(job, outages);
}

const orphansRescued: Rule = {
  name: "no orphan that could be saved is lost",
  check: (evidence) => {
    const gone = resultsGone(evidence).filter(({ job, isClaimed }) => !isClaimed && couldBeSaved(job, evidence.outages));
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
 * Server jobs whose result is in the lake: published, or raw under `_rescued/`, or published over by a later run, or given up for one
 * that has all of it.
 */
function keptJobs(evidence: Evidence): Set<string> {
  const { bucket, tables } = evidence;
  const kept = new Set<string>();
  for (const [key, body] of bucket.contents) {
    const content = key.includes("/part-") || key.startsWith("_rescued/") ? parseContent(body) : null;
    if (content) kept.add(content.job);
  }
  for (const job of tables.jobs.values()) {
    if (job.state === "archived") kept.add(job.vendorJobId);
    if (job.state === "canceled" && job.server && isSuperseded(job.failure) && hasUnitsOf(evidence, job)) kept.add(job.server.vendorJobId);
  }
  return kept;
}

function isSuperseded(failure: Failure): boolean {
  return failure.reason === "edition-outdone" && failure.copy === null;
}

const storedOnce: Rule = {
  name: "no result is stored twice",
  check: (evidence) => {
    const places = new Map<string, string[]>();
    for (const [key, body] of evidence.bucket.contents) {
      const content = key.includes("/part-") ? parseContent(body) : null;
      if (content) places.set(content.job, [...(places.get(content.job) ?? []), key]);
    }
    const left = leftovers(evidence).map((key) => `${key} is left over beside a later edition`);
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
  orphansRescued,
  storedOnce,
  duplicatesExcused,
  rightData,
  outcomesAreTrue,
  legalHistory,
  nothingStuck,
];
