import type { ResultFailure } from "../base/failure.ts";
import type { ExportRequest } from "../exports/export-request.ts";
import type { ValueCheck } from "../ports/record-counter.ts";
import { type Requested, isRequestedDate, requestedDatesFor } from "./requested-dates.ts";

/**
 * What a value proves about a result: a date or an entity that was not requested, in words. `null`: the value proves nothing. Only columns
 * with the vendor's own names can prove something.
 */
export function findValueNotRequested(requested: Requested, name: string, value: string): string | null {
  const column = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const text = value.trim();
  const dates = requestedDatesFor(requested, column);
  if (dates && !isRequestedDate(text, dates)) return describe(name, text);
  const ids = requestedIdsFor(requested.request, column);
  return ids && /^-?\d+$/.test(text) && !ids.includes(Number(text)) ? describe(name, text) : null;
}

/** Checks the result of a job that reconciliation claimed, value by value. */
export function createRequestCheck(requested: Requested): ValueCheck {
  return {
    columns: columnsOf(requested.request),
    check: (name, value): ResultFailure | null => {
      const found = findValueNotRequested(requested, name, value);
      return found === null ? null : { reason: "claim-rejected", found };
    },
  };
}

/** The ids that this column may contain. The contact types of requested business units are unknown, and the other way round. */
function requestedIdsFor(request: ExportRequest, column: string): readonly number[] | null {
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

/** A request that names its fields also names the columns of a document without a header. */
function columnsOf(request: ExportRequest): readonly string[] | null {
  const fields = request["fields"];
  return Array.isArray(fields) ? (fields as readonly { readonly name: string }[]).map(({ name }) => name) : null;
}

const MOST_SHOWN = 40;

function describe(name: string, value: string): string {
  return `${name} ${value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value}`;
}
