import { type Interval, datesOf } from "./business-date.ts";
import { type Entity, type EntityKind, resolveSelection } from "./entity.ts";
import type { ExportDefinition, Selection } from "./export-definition.ts";
import { type ResolvedSelection, buildRequest } from "./export-request.ts";
import type { Failure } from "./failure.ts";
import type { JobId, NewId } from "./ids.ts";
import type { Job } from "./job.ts";
import { type Result, err, ok } from "./result.ts";
import type { Run } from "./run.ts";

const KINDS = { muIds: "mu", buIds: "bu", ctIds: "ct" } as const satisfies Record<string, EntityKind>;

type IdMember = keyof typeof KINDS;

/** The kinds of entities that have to be asked for before a selection can be resolved; none when it is all literal ids. */
export function kindsNeeded(selection: Selection): EntityKind[] {
  return idMembers(selection).flatMap((member) => (isLiteral(selection[member]) ? [] : [KINDS[member]]));
}

/** What a selection comes to with the entities that the login may view now. */
export function resolveEntities(definition: ExportDefinition, entities: readonly Entity[]): Result<ResolvedSelection, Failure> {
  const { select } = definition;
  const resolved: Partial<Record<IdMember, readonly number[]>> = {};
  for (const member of idMembers(select)) {
    const selection = select[member];
    const ids = selection === undefined ? [] : resolveSelection(selection, KINDS[member], entities);
    if (ids.length > 0) resolved[member] = ids;
  }
  if (Object.keys(resolved).length === 0 && !select.timeOff) {
    const detail = `no entity of this login matches its ${idMembers(select).join(" and ") || "selection"}`;
    return err({ reason: "nothing-selected", exportName: definition.name, detail });
  }
  return ok({ ...resolved, ...(select.timeOff ? { timeOff: select.timeOff } : {}) });
}

/** The intervals that a run's jobs cover: one each business date, or one for all of them. */
export function partitionsOf(definition: Pick<ExportDefinition, "partition">, interval: Interval): Interval[] {
  return definition.partition === "interval" ? [interval] : datesOf(interval).map((date) => ({ from: date, to: date }));
}

export function planJobs(
  run: Run,
  definition: ExportDefinition,
  { selection, newId, now }: { readonly selection: ResolvedSelection; readonly newId: NewId; readonly now: Date },
): Job[] {
  return partitionsOf(definition, run.interval).map((interval) => ({
    id: newId() as JobId,
    runId: run.id,
    exportName: definition.name,
    connection: definition.connection,
    exporter: definition.exporter,
    destination: definition.destination,
    outputFormat: definition.outputFormat,
    interval,
    part: 0,
    request: buildRequest(definition, selection, interval),
    createdAt: now,
    version: 0,
    state: "pending",
    attempt: 0,
    notBefore: null,
    lastFailure: null,
  }));
}

function idMembers(selection: Selection): IdMember[] {
  return (Object.keys(KINDS) as IdMember[]).filter((member) => selection[member] !== undefined);
}

function isLiteral(selection: Selection[IdMember]): boolean {
  return Array.isArray(selection);
}
