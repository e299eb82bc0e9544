import type { JobRowId } from "../../src/core/base/ids.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { Evidence, Violation } from "./evidence.ts";
import {
  ageProblems,
  digest,
  partitionOf,
  partitionProblems,
  type PublishedAges,
  type HeldCells,
  lossProblems,
  writerOf,
} from "./partition-rules.ts";
import { NIGHT_RULES } from "./night-rules.ts";
import type { ServerJob } from "./simulated-wfm.ts";
import { DATABASE_LOST, type LakeObserver, type StoreObserver } from "./step-ports.ts";

/** Watches what really happened, at the server, in the lake and in the tables; what the program believes is no evidence. */
export interface Oracle extends StoreObserver, LakeObserver {
  readonly violations: readonly Violation[];
  posted(job: ServerJob): void;
  /** A unit of work threw. */
  workFailed(role: string, detail: string): void;
  nightIsOver(): void;
}

const MOST_VIOLATIONS = 20;

export function createOracle(evidenceNow: () => Evidence, onViolation: (violation: Violation) => void): Oracle {
  const violations: Violation[] = [];
  const reported = new Set<string>();
  const given: PublishedAges = new Map();
  const hold: HeldCells = new Map();
  const report = (rule: string, detail: string): void => {
    if (reported.has(detail) || violations.length >= MOST_VIOLATIONS) return;
    reported.add(detail);
    violations.push({ rule, detail });
    onViolation({ rule, detail });
  };

  return {
    violations,
    done: (_life, label, args) => {
      if (label === "jobs.claimSubmission") checkIntents(evidenceNow(), report);
      if (!label.startsWith("jobs.transition ")) return;
      const after = args[1] as Job;
      const { ledger, tables } = evidenceNow();
      if (label === "jobs.transition accepted") ledger.stored(after.id);
      const stored = tables.jobs.get(after.id);
      if (label === "jobs.transition archived" && stored === after) checkArchived(evidenceNow(), after, report);
    },
    refused: (_life, label, args) => {
      if (label === "jobs.transition accepted") evidenceNow().ledger.notStored((args[0] as { id: JobRowId }).id);
    },
    changed: (key) => {
      for (const problem of partitionProblems(evidenceNow(), partitionOf(key))) report("readers never see a mix", problem);
      for (const problem of ageProblems(evidenceNow(), partitionOf(key), given)) report("data never grow older", problem);
      for (const problem of lossProblems(evidenceNow(), key, hold)) report("what a partition has it keeps", problem);
    },
    posted: (job) => checkLimit(evidenceNow(), job, report),
    workFailed: (role, detail) => {
      if (detail !== DATABASE_LOST) report("only failures of dependencies are thrown", `${role}: ${detail}`);
    },
    nightIsOver: () => {
      const evidence = evidenceNow();
      for (const rule of NIGHT_RULES) for (const detail of rule.check(evidence)) report(rule.name, detail);
    },
  };
}

type Report = (rule: string, detail: string) => void;

function checkIntents({ tables }: Evidence, report: Report): void {
  const open = [...tables.jobs.values()].filter((job) => job.state === "submitting");
  const seen = new Set<string>();
  for (const { connection, exporter, outputFormat } of open) {
    const key = `${connection} ${exporter} ${outputFormat}`;
    if (seen.has(key)) report("one submission in doubt each", `${key} has several submissions in doubt at once`);
    seen.add(key);
  }
}

/** Unless a later run has published over it. */
function checkArchived(evidence: Evidence, { id, runId }: Job, report: Report): void {
  const { tables, bucket } = evidence;
  const artifact = tables.artifacts.get(id);
  if (!artifact?.committedAt) return report("archived means stored", `job ${id} is archived, and its artifact is not committed`);
  if (writerOf(evidence, partitionOf(artifact.result.key)) !== runId) return;
  const body = bucket.contents.get(artifact.result.key);
  if (!body) return report("archived means stored", `job ${id} is archived, and ${artifact.result.key} is not there`);
  if (digest(body) !== artifact.result.sha256)
    report("archived means stored", `job ${id} is archived, and ${artifact.result.key} is something else`);
}

/**
 * Jobs of ours that the server works on, over all replicas, never outnumber the limit. Those whose POST was cut off from its answer do not
 * count: until a list of jobs shows them, no process can know that they exist.
 */
function checkLimit({ wfm, ledger, tables, limitOf }: Evidence, { connection }: ServerJob, report: Report): void {
  const isClaimed = ({ id }: ServerJob): boolean => tables.transitions.some(({ jobId }) => jobId === id);
  const alive = [...wfm.jobs.values()].filter((job) => {
    const status = wfm.statusOf(job);
    if (job.isOfAnotherClient || job.connection !== connection || (status !== "waiting" && status !== "running")) return false;
    return !ledger.postingOf(job)?.isDisturbed || isClaimed(job);
  });
  if (alive.length > limitOf(connection)) {
    report("the limit is kept", `${alive.length} jobs of ${connection} are alive on the server, ${limitOf(connection)} may be`);
  }
}
