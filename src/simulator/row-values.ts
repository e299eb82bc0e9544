import type { Field, FieldKind, RowRule } from "./exporter-fields.ts";
import { type DataShape, entityIds } from "./data-shape.ts";
import { formatDate, formatTime } from "./format-moment.ts";
import { createRandom, hashText, type Random } from "./seeded-random.ts";

interface Open {
  readonly time: string;
  readonly openValue: string;
}

/** An empty text is an empty value, which JSON leaves out by default. */
export type Value = string | number | readonly Open[];

/** What applies to all rows of a result. */
export interface RowContext {
  readonly exporter: string;
  readonly rows: RowRule;
  readonly shape: DataShape;
  readonly dateFormat: string | null;
  readonly timeFormat: string | null;
}

/** All rows of one entity on one date. */
export interface Cell {
  readonly entityId: number;
  readonly date: string;
  readonly records: number;
}

interface RowPosition {
  readonly context: RowContext;
  readonly cell: Cell;
  readonly index: number;
  /** The index of the row's agent or series within the cell. */
  readonly member: number;
  /** The index of the row among the rows of its agent or series. */
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

/** The number of rows of an entity on a date. Renders no rows. */
export function countRows(context: Pick<RowContext, "exporter" | "rows" | "shape">, entityId: number, date: string): number {
  const { exporter, rows, shape } = context;
  if (shape.rowsPerEntityDate !== null) return shape.rowsPerEntityDate;
  if (rows.by === "period") return rows.series * PERIODS_PER_DAY;
  if (rows.by === "contact-type") return rows.series;
  const spread = shape.agentsPerMu * (rows.max - rows.min);
  return shape.agentsPerMu * rows.min + (hashText(`${shape.seed}|${exporter}|${entityId}|${date}|rows`) % (spread + 1));
}

/** The values of a row, one per field. They depend only on seed, exporter, entity, date and index, so equal requests have equal results. */
export function makeRow(context: RowContext, fields: readonly Field[], cell: Cell, index: number): Value[] {
  const random = createRandom(hashText(`${context.shape.seed}|${context.exporter}|${cell.entityId}|${cell.date}|${index}`));
  const row: RowPosition = { context, cell, index, random, ...positionOf(context, cell, index) };
  return fields.map((field) => VALUES[field.kind](row));
}

function positionOf(context: RowContext, cell: Cell, index: number): { member: number; step: number } {
  if (context.rows.by === "contact-type") return { member: index, step: 0 };
  if (context.rows.by === "period") return { member: Math.floor(index / PERIODS_PER_DAY), step: index % PERIODS_PER_DAY };
  const members = context.shape.agentsPerMu;
  const member = Math.floor((index * members) / cell.records);
  return { member, step: index - Math.ceil((member * cell.records) / members) };
}

const VALUES: Readonly<Record<FieldKind, (row: RowPosition) => Value>> = {
  date: ({ context, cell }) => formatDate(cell.date, context.dateFormat),
  "past-date": ({ context, random }) =>
    formatDate(`20${10 + below(random, 14)}-0${1 + below(random, 9)}-1${below(random, 10)}`, context.dateFormat),
  period: (row) => formatTime(row.step * 30, row.context.timeFormat),
  zone: ({ cell }) => pick(ZONES, cell.entityId),
  customer: () => 1,
  entity: ({ cell }) => cell.entityId,
  "entity-name": ({ context, cell }) => context.shape.entities.find((entity) => entity.id === cell.entityId)?.name ?? "",
  mu: ({ context, cell }) => pick(entityIds(context.shape, "mu"), cell.entityId) || "",
  ct: ({ context, cell, member }) => contactType(context, cell, member)?.id ?? -1,
  "ct-name": ({ context, cell, member }) => contactType(context, cell, member)?.name ?? "",
  agent: agentId,
  acd: (row) => 1 + (agentId(row) % 3),
  logon: (row) => (agentId(row) % 7 === 0 ? "" : String(70_000 + (agentId(row) % 9_000))),
  ssn: (row) => (agentId(row) % 5 === 0 ? "" : `P-${100_000 + (agentId(row) % 900_000)}`),
  external: (row) => `ext-${agentId(row)}`,
  "agent-name": (row) => (agentId(row) % 41 === 0 ? "<Unknown>" : `${agentId(row)}#${lastName(row)}, ${firstName(row)}`),
  "first-name": firstName,
  "last-name": lastName,
  code: (row) => pick(CODES, row.step + row.member)[0],
  "code-name": (row) => pick(CODES, row.step + row.member)[1],
  start: (row) => formatTime(startMinute(row), row.context.timeFormat),
  stop: (row) => formatTime(startMinute(row) + 45, row.context.timeFormat),
  minutes: ({ random }) => 15 * below(random, 33),
  seconds: ({ random }) => below(random, 3_600),
  percent: ({ random }) => Math.round(random() * 10_000) / 100,
  count: ({ random }) => below(random, 120),
  queue: ({ cell, member }) => cell.entityId * 10 + member + 1,
  amount: ({ random }) => Math.round(random() * 40_000) / 100,
  flag: ({ random }) => (random() < 0.8 ? "Y" : "N"),
  rule: ({ member }) => pick(RULES, member),
  group: ({ context, cell }) => pick(entityIds(context.shape, "eg"), cell.entityId) || "",
  "group-name": ({ context, cell }) =>
    pick(
      context.shape.entities.filter((entity) => entity.kind === "eg").map((entity) => entity.name),
      cell.entityId,
    ) || "",
  uuid: (row) =>
    `${hashText(`uuid ${agentId(row)}`)
      .toString(16)
      .padStart(8, "0")}-0000-4000-8000-${String(agentId(row)).padStart(12, "0")}`,
  blank: () => "",
  opens: ({ random }) =>
    Array.from({ length: OPEN_PERIODS }, (_, period) => ({
      time: formatTime(period * 15, null),
      openValue: (below(random, 200) / 4).toFixed(4),
    })),
};

function agentId({ cell, member }: RowPosition): number {
  return cell.entityId * 1_000 + member + 1;
}

function firstName(row: RowPosition): string {
  return pick(FIRST_NAMES, agentId(row));
}

function lastName(row: RowPosition): string {
  return pick(LAST_NAMES, agentId(row) * 5 + 1);
}

/** Start times of an agent never decrease, and stay within the day for any number of rows. */
function startMinute({ step, member }: RowPosition): number {
  return Math.min(6 * 60 + (member % 4) * 60 + step * 45, 23 * 60);
}

function contactType(context: RowContext, cell: Cell, member: number) {
  const types = context.shape.entities.filter((entity) => entity.kind === "ct");
  return types.length === 0 ? undefined : pick(types, cell.entityId + member);
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(list: readonly T[], position: number): T {
  return list[position % list.length] as T;
}
