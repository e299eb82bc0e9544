import { type BusinessDate, type Interval, datesOf, parseBusinessDate } from "./business-date.ts";
import type { ExportRequest } from "./export-request.ts";

/**
 * A request as a grid: its business dates times its entities. What is asked for at one date of one entity is a *unit*; a
 * server that finds a result too large is asked for fewer units at once.
 */
export interface Piece {
  readonly request: ExportRequest;
  readonly interval: Interval;
  /** The place of its first unit among the units of its folder: pieces of one folder never share it, and sort by it. */
  readonly part: number;
}

/** The members of a request that list entities, in the order in which their units are counted. */
const ENTITY_MEMBERS = ["muIds", "buIds", "ctIds", "timeOffGroupList"] as const;
type EntityMember = (typeof ENTITY_MEMBERS)[number];

interface Place {
  readonly member: EntityMember;
  readonly value: unknown;
}

/** How many units a request asks for. A request that names no entities asks for one of each date. */
export function countUnits(request: ExportRequest): number {
  return Math.max(1, placesOf(request).length) * Math.max(1, datesOf(intervalOf(request)).length);
}

/** Into how many pieces a request is cut of which nothing is known but that it is too large. */
const PIECES = 4;

/**
 * Cuts a piece into up to four: by dates, then by entities, down to one date of one entity; none when it cannot be cut.
 * Together the pieces ask for the same units, each once.
 */
export function cutPiece(piece: Piece, mayCutByDate: boolean): Piece[] {
  const dates = datesOf(piece.interval);
  if (mayCutByDate && dates.length > 1) return cutDates(piece, evenly(dates, PIECES));
  const places = cuttablePlaces(piece.request);
  return places.length > 1 ? cutEntities(piece, evenly(places, PIECES)) : [];
}

/** Cuts a piece so that none asks for more than `most` units, as far as it can be cut; itself when it fits. */
export function cutToFit(piece: Piece, most: number, mayCutByDate: boolean): Piece[] {
  if (countUnits(piece.request) <= most) return [piece];
  const dates = datesOf(piece.interval);
  const entities = Math.max(1, placesOf(piece.request).length);
  if (mayCutByDate && dates.length > 1) {
    const datesEach = Math.max(1, Math.floor(most / entities));
    return cutDates(piece, evenly(dates, Math.ceil(dates.length / datesEach))).flatMap((cut) => cutToFit(cut, most, mayCutByDate));
  }
  const places = cuttablePlaces(piece.request);
  if (places.length <= 1) return [piece];
  const entitiesEach = Math.max(1, Math.floor(most / dates.length));
  return cutEntities(piece, evenly(places, Math.ceil(places.length / entitiesEach)));
}

/** What of a piece may be asked for when these entities may not; `null` for a side that is empty. */
export function partByPermission(
  piece: Piece,
  forbidden: ReadonlySet<number>,
): { readonly permitted: Piece | null; readonly refused: Piece | null } {
  const places = placesOf(piece.request);
  const isForbidden = ({ value }: Place) => forbidden.has(idOf(value));
  const kept = places.filter((place) => !isForbidden(place));
  const refused = places.filter(isForbidden);
  if (kept.length === 0 || refused.length === 0) {
    return { permitted: refused.length === 0 ? piece : null, refused: refused.length === 0 ? null : piece };
  }
  const [permitted, rest] = cutEntities(piece, [kept, refused]);
  return { permitted: permitted ?? null, refused: rest ?? null };
}

/** The entities that a request names, by member, as far as they have ids. */
export function idsNamed(request: Readonly<Record<string, unknown>>): Readonly<Partial<Record<EntityMember, readonly number[]>>> {
  const named: Partial<Record<EntityMember, number[]>> = {};
  for (const { member, value } of placesOf(request)) named[member] = [...(named[member] ?? []), idOf(value)];
  return named;
}

function intervalOf(request: ExportRequest): Interval {
  const from = parseBusinessDate(request.startDate);
  const to = parseBusinessDate(request.endDate);
  if (!from || !to) throw new Error(`a request from ${request.startDate} to ${request.endDate} has no business dates`);
  return { from, to };
}

function placesOf(request: Readonly<Record<string, unknown>>): Place[] {
  return ENTITY_MEMBERS.flatMap((member) => {
    const values = request[member];
    return Array.isArray(values) ? values.map((value: unknown) => ({ member, value })) : [];
  });
}

/** A business unit stands for its contact types: asked for apart from each other, what both name would come twice. */
function cuttablePlaces(request: ExportRequest): Place[] {
  const places = placesOf(request);
  return new Set(places.map(({ member }) => member)).size === 1 ? places : [];
}

function idOf(value: unknown): number {
  const id = typeof value === "object" && value !== null && "timeOffGroup" in value ? value.timeOffGroup : value;
  return typeof id === "number" ? id : Number.NaN;
}

function cutDates(piece: Piece, chunks: readonly (readonly BusinessDate[])[]): Piece[] {
  const entities = Math.max(1, placesOf(piece.request).length);
  let part = piece.part;
  return chunks.map((dates) => {
    const from = dates[0] ?? piece.interval.from;
    const to = dates.at(-1) ?? from;
    const cut = { request: { ...piece.request, startDate: from, endDate: to }, interval: { from, to }, part };
    part += dates.length * entities;
    return cut;
  });
}

function cutEntities(piece: Piece, chunks: readonly (readonly Place[])[]): Piece[] {
  const dates = datesOf(piece.interval).length;
  let part = piece.part;
  return chunks.map((places) => {
    const cut = { request: withPlaces(piece.request, places), interval: piece.interval, part };
    part += places.length * dates;
    return cut;
  });
}

/** The request with these entities only; a member that names none is left out, because an empty list is none to WFM. */
function withPlaces(request: ExportRequest, places: readonly Place[]): ExportRequest {
  const members = Object.entries(request).flatMap(([name, value]): [string, unknown][] => {
    const member = ENTITY_MEMBERS.find((one) => one === name);
    if (!member || !Array.isArray(value)) return [[name, value]];
    const own = places.filter((place) => place.member === member).map((place) => place.value);
    return own.length > 0 ? [[name, own]] : [];
  });
  return Object.fromEntries(members) as ExportRequest;
}

/** `count` runs of neighbors, or fewer, whose lengths differ by one at most. */
function evenly<T>(items: readonly T[], count: number): T[][] {
  const chunks = Math.min(count, items.length);
  return Array.from({ length: chunks }, (_, index) =>
    items.slice(Math.floor((index * items.length) / chunks), Math.floor(((index + 1) * items.length) / chunks)),
  );
}
