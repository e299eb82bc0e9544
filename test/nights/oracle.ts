import type { JobId } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import type { Message } from "../../src/core/message.ts";
import type { Evidence, Violation } from "./evidence.ts";
import {
  ageProblems,
  digest,
  folderOf,
  folderProblems,
  type GivenEditions,
  type HeldUnits,
  lossProblems,
  writerOf,
} from "./folder-rules.ts";
import { NIGHT_RULES } from "./night-rules.ts";
import type { ServerJob } from "./simulated-wfm.ts";
import { ConnectionLost, type LakeObserver, type StoreObserver } from "./step-ports.ts";
import type { Life } from "./world.ts";

/** Watches what really happened, at the server, in the lake and in the tables; what the program believes is no evidence. */
export interface Oracle extends StoreObserver, LakeObserver {
  readonly violations: readonly Violation[];
  posted(job: ServerJob): void;
  threw(life: Life, message: Message, error: unknown): void;
  nightIsOver(): void;
}

const MOST_VIOLATIONS = 20;

export function createOracle(evidenceNow: () => Evidence, onViolation: (violation: Violation) => void): Oracle {
  const violations: Violation[] = [];
  const told = new Set<string>();
  const given: GivenEditions = new Map();
  const held: HeldUnits = new Map();
  const report = (rule: string, detail: string): void => {
    if (told.has(detail) || violations.length >= MOST_VIOLATIONS) return;
    told.add(detail);
    violations.push({ rule, detail });
    onViolation({ rule, detail });
  };

  return {
    violations,
    done: (_life, label, args) => {
      if (label === "jobs.moveWithinBudget") checkIntents(evidenceNow(), args[1] as Job, report);
      if (!label.startsWith("jobs.move ")) return;
      const after = args[1] as Job;
      const { ledger, tables } = evidenceNow();
      if (label === "jobs.move accepted") ledger.stored(after.id);
      const stored = tables.jobs.get(after.id);
      if (label === "jobs.move archived" && stored === after) checkArchived(evidenceNow(), after, report);
    },
    refused: (_life, label, args) => {
      if (label === "jobs.move accepted") evidenceNow().ledger.notStored((args[0] as { id: JobId }).id);
    },
    changed: (key) => {
      for (const problem of folderProblems(evidenceNow(), folderOf(key))) report("readers never see a mix", problem);
      for (const problem of ageProblems(evidenceNow(), folderOf(key), given)) report("data never grow older", problem);
      for (const problem of lossProblems(evidenceNow(), key, held)) report("what a folder has it keeps", problem);
    },
    posted: (job) => checkBudget(evidenceNow(), job, report),
    threw: (_life, message, error) => {
      if (error instanceof ConnectionLost) return;
      report("only failures of others are thrown", `${message.queue}: ${error instanceof Error ? error.message : String(error)}`);
    },
    nightIsOver: () => {
      const evidence = evidenceNow();
      for (const rule of NIGHT_RULES) for (const detail of rule.check(evidence)) report(rule.name, detail);
    },
  };
}

type Report = (rule: string, detail: string) => void;

function checkIntents({ tables }: Evidence, { connection, exporter, outputFormat }: Job, report: Report): void {
  const isAlike = (job: Job) => job.connection === connection && job.exporter === exporter && job.outputFormat === outputFormat;
  const open = [...tables.jobs.values()].filter((job) => job.state === "submitting" && isAlike(job));
  if (open.length > 1) report("one unsettled intent each", `${exporter} has ${open.length} unsettled intents at once`);
}

/** Unless a later run has published over it. */
function checkArchived(evidence: Evidence, { id, runId }: Job, report: Report): void {
  const { tables, bucket } = evidence;
  const artifact = tables.artifacts.get(id);
  if (!artifact?.committedAt) return report("archived means stored", `job ${id} is archived, and its artifact is not committed`);
  if (writerOf(evidence, folderOf(artifact.result.key)) !== runId) return;
  const body = bucket.contents.get(artifact.result.key);
  if (!body) return report("archived means stored", `job ${id} is archived, and ${artifact.result.key} is not there`);
  if (digest(body) !== artifact.result.sha256)
    report("archived means stored", `job ${id} is archived, and ${artifact.result.key} is something else`);
}

/**
 * Jobs of ours that the server works on, over all replicas, never outnumber the budget. Those whose POST was cut off from its answer do not
 * count: until a list of jobs has told of them, nobody can know that they are there.
 */
function checkBudget({ wfm, ledger, tables, budgetOf }: Evidence, { connection }: ServerJob, report: Report): void {
  const isClaimed = ({ id }: ServerJob): boolean => tables.moves.some(({ vendorJobId }) => vendorJobId === id);
  const alive = [...wfm.jobs.values()].filter((job) => {
    const status = wfm.statusOf(job);
    if (job.isStranger || job.connection !== connection || (status !== "waiting" && status !== "running")) return false;
    return !ledger.postingOf(job)?.isDisturbed || isClaimed(job);
  });
  if (alive.length > budgetOf(connection)) {
    report("the budget is kept", `${alive.length} jobs of ${connection} are alive on the server, ${budgetOf(connection)} may be`);
  }
}
