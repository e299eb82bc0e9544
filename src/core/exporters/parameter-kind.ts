import { assertNever } from "../base/assert-never.ts";

/** What the value of a parameter looks like. It is the same for every exporter. */
export type ParameterKind = "date-format" | "time-format" | "boolean" | "string" | "timestamp" | "record-type" | "fields";

const PARAMETER_KINDS = new Map<string, ParameterKind>([
  ["dateFormat", "date-format"],
  ["timeFormat", "time-format"],
  ["keepEmptyJsonFields", "boolean"],
  ["excludePipeHeader", "boolean"],
  ["disableMidnightCutOff", "boolean"],
  ["attribute", "string"],
  ["lastModifiedTime", "timestamp"],
  ["recordType", "record-type"],
  ["fields", "fields"],
]);

export const KNOWN_PARAMETERS: readonly string[] = [...PARAMETER_KINDS.keys()];

export const DATE_FORMATS = ["mmddyy", "ddmmyy", "mmddyyyy", "ddmmyyyy", "yyyymmdd", "yyyyddmm", "yyddmm", "yymmdd"] as const;
export const TIME_FORMATS = ["12", "24"] as const;
export const RECORD_TYPES = ["newAgent", "changedAgent"] as const;

/** `null`: the vendor's pages do not have the parameter, so any value is accepted. */
export function kindOfParameter(parameter: string): ParameterKind | null {
  return PARAMETER_KINDS.get(parameter) ?? null;
}

/** Completes "the parameter is ...". */
export function describeValues(kind: ParameterKind | null): string {
  switch (kind) {
    case null:
      return "any value";
    case "date-format":
      return oneOf(DATE_FORMATS);
    case "time-format":
      return oneOf(TIME_FORMATS);
    case "record-type":
      return oneOf(RECORD_TYPES);
    case "boolean":
      return "true or false";
    case "string":
      return "a text in quotes";
    case "timestamp":
      return "a UTC time written as 2026-11-22T00:00:00Z";
    case "fields":
      return "a list of fields, each with a name: [{ name: date }]";
    default:
      return assertNever(kind);
  }
}

export function isRightValue(kind: ParameterKind | null, value: unknown): boolean {
  switch (kind) {
    case null:
      return true;
    case "date-format":
      return isOneOf(DATE_FORMATS, value);
    case "time-format":
      return isOneOf(TIME_FORMATS, value);
    case "record-type":
      return isOneOf(RECORD_TYPES, value);
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string" && value !== "";
    case "timestamp":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value);
    case "fields":
      return isFieldList(value);
    default:
      return assertNever(kind);
  }
}

function oneOf(words: readonly string[]): string {
  return `one of ${words.map((word) => `"${word}"`).join(", ")}, in quotes`;
}

/** WFM ignores the case of these words. */
function isOneOf(words: readonly string[], value: unknown): boolean {
  return typeof value === "string" && words.some((word) => word.toLowerCase() === value.toLowerCase());
}

function isFieldList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((field: unknown) => typeof field === "object" && field !== null && "name" in field && typeof field.name === "string")
  );
}
