import { type Interval, datesOf } from "./business-date.ts";
import { type Entity, type EntityKind, findUnmatched, resolveSelection } from "./entity.ts";
import type { ExportDefinition, Selection } from "./export-definition.ts";
import { type ResolvedSelection, buildRequest } from "./export-request.ts";
import type { Failure } from "./failure.ts";
import type { JobId, NewId } from "./ids.ts";
import { factsOf } from "./job-transitions.ts";
import type { Job, JobFacts } from "./job.ts";
import { type Piece, cutToFit } from "./request-grid.ts";
import { type Result, err, ok } from "./result.ts";
import type { Run } from "./run.ts";

const KINDS = { muIds: "mu", buIds: "bu", ctIds: "ct" } as const satisfies Record<string, EntityKind>;

type IdMember = keyof typeof KINDS;

/** The kinds of entities that have to be asked for before a selection can be resolved; none when it is all literal ids. */
export function kindsNeeded(selection: Selection): EntityKind[] {
  return idMembers(selection).flatMap((member) => (isLiteral(selection[member]) ? [] : [KINDS[member]]));
}

/** What a selection comes to with the entities that the login may view now. */
export interface Resolution {
  readonly selection: ResolvedSelection;
  /** What of it matches none of them: a name that is misspelled, perhaps, or one that is gone. */
  readonly unmatched: readonly string[];
}

export function resolveEntities(definition: ExportDefinition, entities: readonly Entity[]): Result<Resolution, Failure> {
  const { select } = definition;
  const unmatched = unmatchedIn(select, entities);
  const resolved: Partial<Record<IdMember, readonly number[]>> = {};
  for (const member of idMembers(select)) {
    const selection = select[member];
    const ids = selection === undefined ? [] : resolveSelection(selection, KINDS[member], entities);
    if (ids.length > 0) resolved[member] = ids;
  }
  if (Object.keys(resolved).length === 0 && !select.timeOff) {
    const asked = idMembers(select).join(" and ") || "selection";
    const detail = unmatched.length > 0 ? describeUnmatched(unmatched) : `no entity of this login matches its ${asked}`;
    return err({ reason: "nothing-selected", exportName: definition.name, detail });
  }
  return ok({ selection: { ...resolved, ...(select.timeOff ? { timeOff: select.timeOff } : {}) }, unmatched });
}

/** The names and ids of a selection that none of these entities has, each with the keys that it stands under. */
export function unmatchedIn(select: Selection, entities: readonly Entity[]): string[] {
  return idMembers(select).flatMap((member) => {
    const selection = select[member];
    return selection === undefined ? [] : findUnmatched(selection, KINDS[member], entities).map((one) => `${member}.${one}`);
  });
}

export function describeUnmatched(unmatched: readonly string[]): string {
  return `nothing that this login may view matches ${unmatched.join(", ")}`;
}

/** The intervals that a run's jobs cover: one each business date, or one for all of them. */
export function partitionsOf(definition: Pick<ExportDefinition, "partition">, interval: Interval): Interval[] {
  return definition.partition === "interval" ? [interval] : datesOf(interval).map((date) => ({ from: date, to: date }));
}

interface Planning {
  readonly selection: ResolvedSelection;
  /** How many units to ask for at once; `null`: everything. */
  readonly mostUnits: number | null;
  readonly mayCutByDate: boolean;
  readonly newId: NewId;
  readonly now: Date;
}

/** One job each partition; several where earlier nights have shown that one is too large. */
export function planJobs(run: Run, definition: ExportDefinition, planning: Planning): Job[] {
  const { selection, mostUnits, mayCutByDate, newId, now } = planning;
  return partitionsOf(definition, run.interval).flatMap((partition) => {
    const whole: Piece = { request: buildRequest(definition, selection, partition), interval: partition, part: 0 };
    const pieces = mostUnits === null ? [whole] : cutToFit(whole, mostUnits, mayCutByDate);
    return pieces.map((piece) => ({
      id: newId() as JobId,
      runId: run.id,
      exportName: definition.name,
      connection: definition.connection,
      exporter: definition.exporter,
      destination: definition.destination,
      outputFormat: definition.outputFormat,
      ...piece,
      partition,
      splitFrom: null,
      createdAt: now,
      version: 0,
      ...NEVER_TRIED,
    }));
  });
}

const NEVER_TRIED = { state: "pending", attempt: 0, notBefore: null, lastFailure: null } as const;

/** The job that asks for a piece of what `job` asked for; it waits to be submitted. */
export function pieceOfJob(job: JobFacts, piece: Piece, { newId, now }: { readonly newId: NewId; readonly now: Date }): Job {
  return { ...factsOf(job), ...piece, id: newId() as JobId, splitFrom: job.id, createdAt: now, version: 0, ...NEVER_TRIED };
}

/** The job that stands for a piece which will not be submitted. */
export function failedPieceOfJob(
  job: JobFacts,
  piece: Piece,
  { failure, newId, now }: { readonly failure: Failure; readonly newId: NewId; readonly now: Date },
): Job {
  const facts = { ...factsOf(job), ...piece, id: newId() as JobId, splitFrom: job.id, createdAt: now, version: 0 };
  return { ...facts, state: "failed", failedAt: now, failure, server: null };
}

function idMembers(selection: Selection): IdMember[] {
  return (Object.keys(KINDS) as IdMember[]).filter((member) => selection[member] !== undefined);
}

function isLiteral(selection: Selection[IdMember]): boolean {
  return Array.isArray(selection);
}
