import { type Interval, datesOf } from "../base/business-date.ts";
import { type Entity, type EntityKind, findUnmatched, resolveSelection } from "../exports/entity.ts";
import type { EntitySelection, ExportDefinition, Selection } from "../exports/export-definition.ts";
import { type ResolvedSelection, buildRequest } from "../exports/export-request.ts";
import type { Failure } from "../base/failure.ts";
import type { JobRowId, NewId } from "../base/ids.ts";
import { factsOf } from "../jobs/transition.ts";
import type { Job, JobFacts } from "../jobs/job.ts";
import { type Chunk, splitToFit } from "./chunk.ts";
import { type Result, err, ok } from "../base/result.ts";
import type { Run } from "../jobs/run.ts";

const KINDS = { muIds: "mu", buIds: "bu", ctIds: "ct" } as const satisfies Record<string, EntityKind>;

type IdMember = keyof typeof KINDS;

/** The kinds of entities that must be listed before a selection can be resolved; none: it has only literal ids. */
export function kindsNeeded(selection: Selection): EntityKind[] {
  return idMembers(selection).flatMap(({ member, own }) => (Array.isArray(own) ? [] : [KINDS[member]]));
}

/** What a selection matches, of the entities that the login may view now. */
export interface Resolution {
  readonly selection: ResolvedSelection;
  /** The parts of the selection that match nothing, for example a misspelled name. */
  readonly unmatched: readonly string[];
}

export function resolveEntities(definition: ExportDefinition, entities: readonly Entity[]): Result<Resolution, Failure> {
  const { select } = definition;
  const unmatched = unmatchedIn(select, entities);
  const resolved: Partial<Record<IdMember, readonly number[]>> = {};
  for (const { member, own } of idMembers(select)) {
    const ids = resolveSelection(own, KINDS[member], entities);
    if (ids.length > 0) resolved[member] = ids;
  }
  if (Object.keys(resolved).length === 0 && !select.timeOff) {
    const members =
      idMembers(select)
        .map(({ member }) => member)
        .join(" and ") || "selection";
    const detail = unmatched.length > 0 ? describeUnmatched(unmatched) : `no entity of this login matches its ${members}`;
    return err({ reason: "nothing-selected", exportName: definition.name, detail });
  }
  return ok({ selection: { ...resolved, ...(select.timeOff ? { timeOff: select.timeOff } : {}) }, unmatched });
}

/** The names and ids of a selection that match none of these entities, each with its keys. */
export function unmatchedIn(select: Selection, entities: readonly Entity[]): string[] {
  return idMembers(select).flatMap(({ member, own }) => findUnmatched(own, KINDS[member], entities).map((one) => `${member}.${one}`));
}

export function describeUnmatched(unmatched: readonly string[]): string {
  return `nothing that this login may view matches ${unmatched.join(", ")}`;
}

/** The partitions of a run: one for each business date, or one for the whole interval. */
export function partitionsOf(definition: Pick<ExportDefinition, "partition">, interval: Interval): Interval[] {
  return definition.partition === "interval" ? [interval] : datesOf(interval).map((date) => ({ from: date, to: date }));
}

interface Planning {
  readonly selection: ResolvedSelection;
  /** How many cells one request may have; `null`: all. */
  readonly mostCells: number | null;
  readonly maySplitByDate: boolean;
  readonly newId: NewId;
  readonly now: Date;
}

/** One job for each partition, or several if earlier nights have shown that one would be too large. */
export function planJobs(run: Run, definition: ExportDefinition, planning: Planning): Job[] {
  const { selection, mostCells, maySplitByDate, newId, now } = planning;
  return partitionsOf(definition, run.interval).flatMap((partition) => {
    const whole: Chunk = { request: buildRequest(definition, selection, partition), interval: partition, chunk: 0 };
    const chunks = mostCells === null ? [whole] : splitToFit(whole, mostCells, maySplitByDate);
    return chunks.map((chunk) => ({
      id: newId() as JobRowId,
      runId: run.id,
      exportName: definition.name,
      connection: definition.connection,
      exporter: definition.exporter,
      destination: definition.destination,
      outputFormat: definition.outputFormat,
      ...chunk,
      partition,
      splitFrom: null,
      createdAt: now,
      version: 0,
      ...NEVER_TRIED,
    }));
  });
}

const NEVER_TRIED = { state: "pending", failedAttempts: 0, notBefore: null, lastFailure: null } as const;

/** A pending job that requests a chunk of what `job` requested. */
export function chunkOfJob(job: JobFacts, chunk: Chunk, { newId, now }: { readonly newId: NewId; readonly now: Date }): Job {
  return { ...factsOf(job), ...chunk, id: newId() as JobRowId, splitFrom: job.id, createdAt: now, version: 0, ...NEVER_TRIED };
}

/** A failed job for a chunk that will not be submitted. */
export function failedChunkOfJob(
  job: JobFacts,
  chunk: Chunk,
  { failure, newId, now }: { readonly failure: Failure; readonly newId: NewId; readonly now: Date },
): Job {
  const facts = { ...factsOf(job), ...chunk, id: newId() as JobRowId, splitFrom: job.id, createdAt: now, version: 0 };
  return { ...facts, state: "failed", failedAt: now, failure, server: null };
}

/** The members of a selection that name entities, each with what it selects. */
function idMembers(selection: Selection): { readonly member: IdMember; readonly own: EntitySelection }[] {
  return (Object.keys(KINDS) as IdMember[]).flatMap((member) => {
    const own = selection[member];
    return own === undefined ? [] : [{ member, own }];
  });
}
