import type { Field, FieldKind, RowRule } from "./exporter-fields.ts";
import { type DataShape, entityIds } from "./data-shape.ts";
import { formatDate, formatTime } from "./format-moment.ts";
import { createRandom, hashText, type Random } from "./seeded-random.ts";

interface Open {
  readonly time: string;
  readonly openValue: string;
}

/** The empty text is an empty value. */
export type Value = string | number | readonly Open[];

/** What all rows of a result have in common. */
export interface RowContext {
  readonly exporter: string;
  readonly rows: RowRule;
  readonly shape: DataShape;
  readonly dateFormat: string | null;
  readonly timeFormat: string | null;
}

/** All rows of one entity on one date. */
export interface Unit {
  readonly entityId: number;
  readonly date: string;
  readonly records: number;
}

interface RowPlace {
  readonly context: RowContext;
  readonly unit: Unit;
  readonly index: number;
  /** Which of the unit's agents, or which of its series, from 0. */
  readonly member: number;
  /** Which row of that member, from 0. */
  readonly step: number;
  readonly random: Random;
}

const PERIODS_PER_DAY = 48;
const OPEN_PERIODS = 192;
const ZONES = ["America/Chicago", "America/New_York", "Europe/Warsaw"];
const FIRST_NAMES = ["Ana", "Björn", "Chidi", "Dagmar", "Edith", "Farid", "Grace", "Hana", "Ivo", "José", "Katja", "Lin"];
const LAST_NAMES = ["O'Neil", "Müller", "Okafor", "Łukasik", "Smith", "Nuñez", "Haddad", "Novák", "Svensson", "García", "Weiß", "Chen"];
const CODES = [
  ["OPEN", "Open"],
  ["LUNCH", "Lunch"],
  ["BREAK", "Break"],
  ["TRAIN", "Training & coaching"],
  ["MEET", "Team meeting"],
  ["SICK", "Sick <unplanned>"],
] as const;
const RULES = ["Vacation", "Personal", "Floating Holiday"];

/** How many rows an entity has on a date; needs no row to be made. */
export function countRows(context: Pick<RowContext, "exporter" | "rows" | "shape">, entityId: number, date: string): number {
  const { exporter, rows, shape } = context;
  if (shape.rowsPerEntityDate !== null) return shape.rowsPerEntityDate;
  if (rows.by === "period") return rows.series * PERIODS_PER_DAY;
  if (rows.by === "contact-type") return rows.series;
  const spread = shape.agentsPerMu * (rows.most - rows.least);
  return shape.agentsPerMu * rows.least + (hashText(`${shape.seed}|${exporter}|${entityId}|${date}|rows`) % (spread + 1));
}

/** The row's values, one per field: they depend on nothing but exporter, entity, date and position. */
export function makeRow(context: RowContext, fields: readonly Field[], unit: Unit, index: number): Value[] {
  const random = createRandom(hashText(`${context.shape.seed}|${context.exporter}|${unit.entityId}|${unit.date}|${index}`));
  const place: RowPlace = { context, unit, index, random, ...positionOf(context, unit, index) };
  return fields.map((field) => VALUES[field.kind](place));
}

function positionOf(context: RowContext, unit: Unit, index: number): { member: number; step: number } {
  if (context.rows.by === "contact-type") return { member: index, step: 0 };
  if (context.rows.by === "period") return { member: Math.floor(index / PERIODS_PER_DAY), step: index % PERIODS_PER_DAY };
  const members = context.shape.agentsPerMu;
  const member = Math.floor((index * members) / unit.records);
  return { member, step: index - Math.ceil((member * unit.records) / members) };
}

const VALUES: Readonly<Record<FieldKind, (place: RowPlace) => Value>> = {
  date: ({ context, unit }) => formatDate(unit.date, context.dateFormat),
  "past-date": ({ context, random }) =>
    formatDate(`20${10 + below(random, 14)}-0${1 + below(random, 9)}-1${below(random, 10)}`, context.dateFormat),
  period: (place) => formatTime(place.step * 30, place.context.timeFormat),
  zone: ({ unit }) => pick(ZONES, unit.entityId),
  customer: () => 1,
  entity: ({ unit }) => unit.entityId,
  "entity-name": ({ context, unit }) => context.shape.entities.find((entity) => entity.id === unit.entityId)?.name ?? "",
  mu: ({ context, unit }) => pick(entityIds(context.shape, "mu"), unit.entityId) || "",
  ct: ({ context, unit, member }) => contactType(context, unit, member)?.id ?? -1,
  "ct-name": ({ context, unit, member }) => contactType(context, unit, member)?.name ?? "",
  agent: agentId,
  acd: (place) => 1 + (agentId(place) % 3),
  logon: (place) => (agentId(place) % 7 === 0 ? "" : String(70_000 + (agentId(place) % 9_000))),
  ssn: (place) => (agentId(place) % 5 === 0 ? "" : `P-${100_000 + (agentId(place) % 900_000)}`),
  external: (place) => `ext-${agentId(place)}`,
  "agent-name": (place) => (agentId(place) % 41 === 0 ? "<Unknown>" : `${agentId(place)}#${lastName(place)}, ${firstName(place)}`),
  "first-name": firstName,
  "last-name": lastName,
  code: (place) => pick(CODES, place.step + place.member)[0],
  "code-name": (place) => pick(CODES, place.step + place.member)[1],
  start: (place) => formatTime(startMinute(place), place.context.timeFormat),
  stop: (place) => formatTime(startMinute(place) + 45, place.context.timeFormat),
  minutes: ({ random }) => 15 * below(random, 33),
  seconds: ({ random }) => below(random, 3_600),
  percent: ({ random }) => Math.round(random() * 10_000) / 100,
  count: ({ random }) => below(random, 120),
  queue: ({ unit, member }) => unit.entityId * 10 + member + 1,
  amount: ({ random }) => Math.round(random() * 40_000) / 100,
  flag: ({ random }) => (random() < 0.8 ? "Y" : "N"),
  rule: ({ member }) => pick(RULES, member),
  group: ({ context, unit }) => pick(entityIds(context.shape, "eg"), unit.entityId) || "",
  "group-name": ({ context, unit }) =>
    pick(
      context.shape.entities.filter((entity) => entity.kind === "eg").map((entity) => entity.name),
      unit.entityId,
    ) || "",
  uuid: (place) =>
    `${hashText(`uuid ${agentId(place)}`)
      .toString(16)
      .padStart(8, "0")}-0000-4000-8000-${String(agentId(place)).padStart(12, "0")}`,
  blank: () => "",
  opens: ({ random }) =>
    Array.from({ length: OPEN_PERIODS }, (_, period) => ({
      time: formatTime(period * 15, null),
      openValue: (below(random, 200) / 4).toFixed(4),
    })),
};

function agentId({ unit, member }: RowPlace): number {
  return unit.entityId * 1_000 + member + 1;
}

function firstName(place: RowPlace): string {
  return pick(FIRST_NAMES, agentId(place));
}

function lastName(place: RowPlace): string {
  return pick(LAST_NAMES, agentId(place) * 5 + 1);
}

/** Starts of one member never go back, and stay inside the day however many rows there are. */
function startMinute({ step, member }: RowPlace): number {
  return Math.min(6 * 60 + (member % 4) * 60 + step * 45, 23 * 60);
}

function contactType(context: RowContext, unit: Unit, member: number) {
  const types = context.shape.entities.filter((entity) => entity.kind === "ct");
  return types.length === 0 ? undefined : pick(types, unit.entityId + member);
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(list: readonly T[], position: number): T {
  return list[position % list.length] as T;
}
