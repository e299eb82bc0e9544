import { type Interval, addDays, datesOf, parseBusinessDate } from "../base/business-date.ts";
import type { ExportRequest } from "../exports/export-request.ts";

/**
 * A request as a grid: its business dates times its entities. One date of one entity is a *cell*. When WFM finds a result too large, fewer
 * cells are requested at once.
 */
export interface Chunk {
  readonly request: ExportRequest;
  readonly interval: Interval;
  /** The position of its first cell among the cells of its partition. It is unique there, and chunks are sorted by it. */
  readonly chunk: number;
}

/** The members of a request that list entities, in the order in which their cells are counted. */
const ENTITY_MEMBERS = ["muIds", "buIds", "ctIds", "timeOffGroupList"] as const;
type EntityMember = (typeof ENTITY_MEMBERS)[number];

interface RequestedEntity {
  readonly member: EntityMember;
  readonly value: unknown;
}

/** How many cells a request has. */
export function countCells(request: ExportRequest): number {
  return entitiesPerDate({ request }) * Math.max(1, datesOf(intervalOf(request)).length);
}

/** Into how many chunks a request is split when nothing is known but that it is too large. */
const CHUNKS = 4;

/**
 * Splits a chunk into up to four: by dates, then by entities, down to one cell. Empty: it cannot be split. Together the chunks request the
 * same cells, each once.
 */
export function splitChunk(chunk: Chunk, maySplitByDate: boolean): Chunk[] {
  if (maySplitByDate && datesOf(chunk.interval).length > 1) return splitDates(chunk, CHUNKS);
  const entities = separableEntities(chunk.request);
  return entities.length > 1 ? splitEntities(chunk, entities, CHUNKS) : [];
}

/** Splits a chunk until no chunk has more than `most` cells, as far as it can be split. A chunk that fits stays as it is. */
export function splitToFit(chunk: Chunk, most: number, maySplitByDate: boolean): Chunk[] {
  if (countCells(chunk.request) <= most) return [chunk];
  const dates = datesOf(chunk.interval).length;
  if (maySplitByDate && dates > 1) {
    const datesEach = Math.max(1, Math.floor(most / entitiesPerDate(chunk)));
    return splitDates(chunk, Math.ceil(dates / datesEach)).flatMap((smaller) => splitToFit(smaller, most, maySplitByDate));
  }
  const entities = separableEntities(chunk.request);
  if (entities.length <= 1) return [chunk];
  const entitiesEach = Math.max(1, Math.floor(most / dates));
  return splitEntities(chunk, entities, Math.ceil(entities.length / entitiesEach));
}

/** The chunk without the entities that the login may not view, and the chunk of only those. `null`: there would be none left. */
export function splitByPermission(
  chunk: Chunk,
  forbidden: ReadonlySet<number>,
): { readonly permitted: Chunk | null; readonly refused: Chunk | null } {
  const entities = entitiesOf(chunk.request);
  const isForbidden = ({ value }: RequestedEntity) => {
    const id = idOf(value);
    return id !== null && forbidden.has(id);
  };
  const kept = entities.filter((entity) => !isForbidden(entity));
  const refused = entities.filter(isForbidden);
  if (refused.length === 0) return { permitted: chunk, refused: null };
  if (kept.length === 0) return { permitted: null, refused: chunk };
  return { permitted: withEntities(chunk, kept, 0), refused: withEntities(chunk, refused, kept.length) };
}

/** The entities that a request names, by member, as far as they have ids. */
export function idsNamed(request: Readonly<Record<string, unknown>>): Readonly<Partial<Record<EntityMember, readonly number[]>>> {
  const named: Partial<Record<EntityMember, number[]>> = {};
  for (const { member, value } of entitiesOf(request)) {
    const id = idOf(value);
    if (id !== null) named[member] = [...(named[member] ?? []), id];
  }
  return named;
}

function intervalOf(request: ExportRequest): Interval {
  const from = parseBusinessDate(request.startDate);
  const to = parseBusinessDate(request.endDate);
  if (!from || !to) throw new Error(`a request from ${request.startDate} to ${request.endDate} has no business dates`);
  return { from, to };
}

function entitiesOf(request: Readonly<Record<string, unknown>>): RequestedEntity[] {
  return ENTITY_MEMBERS.flatMap((member) => {
    const values = request[member];
    return Array.isArray(values) ? values.map((value: unknown) => ({ member, value })) : [];
  });
}

/** A business unit stands for all of its contact types. Requested separately, a contact type that both name would be exported twice. */
function separableEntities(request: ExportRequest): RequestedEntity[] {
  const entities = entitiesOf(request);
  return new Set(entities.map(({ member }) => member)).size === 1 ? entities : [];
}

function idOf(value: unknown): number | null {
  const id = typeof value === "object" && value !== null && "timeOffGroup" in value ? value.timeOffGroup : value;
  return typeof id === "number" ? id : null;
}

function splitDates(whole: Chunk, count: number): Chunk[] {
  const cellsPerDate = entitiesPerDate(whole);
  return evenly(datesOf(whole.interval).length, count).map(({ start, length }) => {
    const from = addDays(whole.interval.from, start);
    const to = addDays(from, length - 1);
    const request = { ...whole.request, startDate: from, endDate: to };
    return { request, interval: { from, to }, chunk: whole.chunk + start * cellsPerDate };
  });
}

/** A request that names no entities has one cell for each date. */
function entitiesPerDate({ request }: Pick<Chunk, "request">): number {
  return Math.max(1, entitiesOf(request).length);
}

function splitEntities(whole: Chunk, entities: readonly RequestedEntity[], count: number): Chunk[] {
  return evenly(entities.length, count).map(({ start, length }) => withEntities(whole, entities.slice(start, start + length), start));
}

/**
 * The chunk with only these entities; `before` others precede them. A member without any is omitted, because WFM treats an empty list as
 * missing.
 */
function withEntities(whole: Chunk, entities: readonly RequestedEntity[], before: number): Chunk {
  const members = Object.entries(whole.request).flatMap(([name, value]): [string, unknown][] => {
    const member = ENTITY_MEMBERS.find((one) => one === name);
    if (!member || !Array.isArray(value)) return [[name, value]];
    const own = entities.filter((entity) => entity.member === member).map((entity) => entity.value);
    return own.length > 0 ? [[name, own]] : [];
  });
  const { interval } = whole;
  return { request: Object.fromEntries(members) as ExportRequest, interval, chunk: whole.chunk + before * datesOf(interval).length };
}

/** Divides `total` neighbors into groups, at most `count`, whose lengths differ by at most one. */
function evenly(total: number, count: number): { readonly start: number; readonly length: number }[] {
  const groups = Math.min(count, total);
  return Array.from({ length: groups }, (_, index) => {
    const start = Math.floor((index * total) / groups);
    return { start, length: Math.floor(((index + 1) * total) / groups) - start };
  });
}
