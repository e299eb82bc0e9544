import { z } from "zod";
import type { ExportRequest, ResolvedSelection } from "../core/exports/export-request.ts";
import { type Failure, failureKind } from "../core/base/failure.ts";
import type { SelectionChange } from "../core/exports/selection-change.ts";
import type { QuarantineCopy, StagedResult } from "../core/ports/stored-object.ts";
import { Prisma } from "./generated/client.ts";
import { type RowPlace, UnreadableRow } from "./unreadable-row.ts";

const count = z.number().int().nonnegative();
const ids = z.array(z.number().int());

const selectionSchema = z.strictObject({
  muIds: ids.exactOptional(),
  buIds: ids.exactOptional(),
  ctIds: ids.exactOptional(),
  timeOff: z
    .union([
      z.strictObject({ allTimeOffGroups: z.strictObject({ includeAllTimeOffRules: z.boolean().exactOptional() }) }),
      z.strictObject({
        timeOffGroupList: z.array(z.strictObject({ timeOffGroup: z.number().int(), timeOffRules: z.array(z.string()) })),
      }),
    ])
    .exactOptional(),
});

const idsByMember = z.strictObject({ muIds: ids.exactOptional(), buIds: ids.exactOptional(), ctIds: ids.exactOptional() });
const selectionChangeSchema = z.strictObject({ added: idsByMember, removed: idsByMember });

const requestSchema = z.looseObject({ startDate: z.string(), endDate: z.string(), outputFormat: z.enum(["JSON", "PIPE", "XML"]) });

const stagedSchema = z.strictObject({
  key: z.string(),
  uploadId: z.string(),
  parts: z.array(z.strictObject({ number: count, etag: z.string(), crc32: z.string() })),
  bytes: count,
  sha256: z.string(),
  crc32: z.string(),
  mediaType: z.string(),
  encoding: z.enum(["gzip", "identity"]),
  records: count,
  uncompressedBytes: count,
});

const instant = z.iso.datetime().transform((text) => new Date(text));

const copySchema = z.strictObject({
  key: z.string(),
  uri: z.string(),
  bytes: count,
  sha256: z.string(),
  mediaType: z.string(),
  encoding: z.enum(["gzip", "identity"]),
  quarantinedAt: instant,
});

/** This program writes a failure's facts from its own types, so a failure whose reason it knows can be read. */
const failureSchema = z
  .looseObject({ reason: z.string() })
  .refine((failure) => failureKind(failure as unknown as Failure) !== undefined, "is a failure that this version does not know");

export function readFailure(place: RowPlace, column: string, value: unknown): Failure {
  return parse(place, { column, value, schema: failureSchema }) as unknown as Failure;
}

export function readSelection(place: RowPlace, value: unknown): ResolvedSelection {
  return parse(place, { column: "selection", value, schema: selectionSchema });
}

export function readSelectionChange(place: RowPlace, value: unknown): SelectionChange {
  return parse(place, { column: "selection_change", value, schema: selectionChangeSchema });
}

export function readRequest(place: RowPlace, value: unknown): ExportRequest {
  return parse(place, { column: "request", value, schema: requestSchema });
}

export function readCopy(place: RowPlace, column: string, value: unknown): QuarantineCopy {
  return read(place, { column, value, schema: copySchema });
}

export function readStaged(place: RowPlace, value: unknown): StagedResult {
  return parse(place, { column: "staged", value, schema: stagedSchema });
}

/** PostgreSQL cannot store NUL or half a surrogate pair. A server's error text may contain either, and must not stop a job. */
export function toJsonText(value: object): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === "string" ? storable(member) : member));
}

export function toJson(value: object): Prisma.InputJsonValue {
  return JSON.parse(toJsonText(value)) as Prisma.InputJsonValue;
}

export function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, "\uFFFD");
}

export function toNullableJson(value: object | null): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null ? Prisma.DbNull : toJson(value);
}

interface Column<T> {
  readonly column: string;
  readonly value: unknown;
  readonly schema: z.ZodType<T>;
}

/** Returns the value itself and not zod's copy, which has its members in another order. */
function parse<T>(place: RowPlace, column: Column<T>): T {
  read(place, column);
  return column.value as T;
}

/** Returns what the schema makes of the value. */
export function read<T>(place: RowPlace, { column, value, schema }: Column<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnreadableRow(place, `${[column, ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "invalid"}`);
}
