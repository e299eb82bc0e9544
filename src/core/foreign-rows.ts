import { askedDatesFor, isAskedDate } from "./asked-dates.ts";
import type { ExportRequest } from "./export-request.ts";
import type { ResultFailure } from "./failure.ts";
import type { ValueCheck } from "./record-counter.ts";

/** What was asked for: an exporter, and the request as it left. */
export interface Asked {
  readonly exporter: string;
  readonly request: ExportRequest;
}

/**
 * Whether a value of a result shows that nobody here asked for it: a date or an entity outside of the request. What a name means is
 * known only as far as the vendor's columns are; everything else tells nothing. `null`, or what was found, in words.
 */
export function findForeignValue({ exporter, request }: Asked, name: string, value: string): string | null {
  const column = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const text = value.trim();
  const dates = askedDatesFor(exporter, request, column);
  if (dates && !isAskedDate(text, dates)) return describe(name, text);
  const ids = askedIdsFor(request, column);
  return ids && /^-?\d+$/.test(text) && !ids.includes(Number(text)) ? describe(name, text) : null;
}

/** The check of a whole result, value by value. */
export function createForeignCheck(asked: Asked): ValueCheck {
  return {
    columns: columnsOf(asked.request),
    check: (name, value): ResultFailure | null => {
      const found = findForeignValue(asked, name, value);
      return found === null ? null : { reason: "foreign-rows", found };
    },
  };
}

/** The ids that may stand under a column's name. Contact types of business units asked for are not known by their ids, nor the other way round. */
function askedIdsFor(request: ExportRequest, column: string): readonly number[] | null {
  const [muIds, buIds, ctIds] = [idsIn(request["muIds"]), idsIn(request["buIds"]), idsIn(request["ctIds"])];
  switch (column) {
    case "muid":
      return muIds;
    case "buid":
      return ctIds ? null : buIds;
    case "ctid":
      return buIds ? null : ctIds;
    case "timeoffgroup":
      return groupsIn(request["timeOffGroupList"]);
    default:
      return null;
  }
}

function idsIn(member: unknown): readonly number[] | null {
  return Array.isArray(member) && member.length > 0 ? (member as readonly number[]) : null;
}

function groupsIn(member: unknown): readonly number[] | null {
  if (!Array.isArray(member) || member.length === 0) return null;
  return (member as readonly { readonly timeOffGroup: number }[]).map(({ timeOffGroup }) => timeOffGroup);
}

/** A request that names its fields tells the columns of a document without a header. */
function columnsOf(request: ExportRequest): readonly string[] | null {
  const fields = request["fields"];
  return Array.isArray(fields) ? (fields as readonly { readonly name: string }[]).map(({ name }) => name) : null;
}

const MOST_SHOWN = 40;

function describe(name: string, value: string): string {
  return `${name} ${value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value}`;
}
