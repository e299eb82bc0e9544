import type { z } from "zod";
import type { Selection, TimeOffSelection } from "../core/exports/export-definition.ts";
import { type ExporterDefinition, SELECTORS, type Selector } from "../core/exporters/built-in-exporters.ts";
import { selectSchema } from "./export-schema.ts";
import type { Report } from "./problem.ts";

type Written = z.output<typeof selectSchema>;

/** The selection of an export without `select`: everything that the login may view. */
const EVERYTHING: Readonly<Record<Selector, Selection>> = {
  "management-units": { muIds: "all" },
  "contact-types": { ctIds: "all" },
  "time-off-groups": { timeOff: { allTimeOffGroups: {} } },
};

/** Reports a selection that the exporter does not support. */
export function reportSelection(exporter: ExporterDefinition, select: Readonly<Record<string, unknown>>, report: Report): void {
  const { members, right, isOneOnly } = SELECTORS[exporter.selector];
  const known = Object.keys(selectSchema.shape);
  const given = Object.keys(select).filter((key) => known.includes(key));
  const unsupported = given.filter((key) => !members.some((member) => member === key));
  for (const key of unsupported) report([key], `${exporter.slug} cannot select by ${key}; use ${right}`, "key");
  const supported = given.filter((key) => !unsupported.includes(key));
  if (Object.keys(select).length === 0) report([], `is empty; use ${right}, or remove select to export everything`, "key");
  if (isOneOnly)
    for (const key of supported.slice(1)) report([key], `${exporter.slug} accepts only one of ${members.join(" and ")}; remove one`, "key");
}

export function toSelection({ selector }: ExporterDefinition, written: Written | undefined): Selection {
  if (!written) return EVERYTHING[selector];
  const { muIds, buIds, ctIds } = written;
  const timeOff = toTimeOff(written);
  return { ...(muIds ? { muIds } : {}), ...(buIds ? { buIds } : {}), ...(ctIds ? { ctIds } : {}), ...(timeOff ? { timeOff } : {}) };
}

function toTimeOff({ allTimeOffGroups, timeOffGroupList }: Written): TimeOffSelection | null {
  if (timeOffGroupList) return { timeOffGroupList };
  if (!allTimeOffGroups) return null;
  const { includeAllTimeOffRules } = allTimeOffGroups;
  return { allTimeOffGroups: includeAllTimeOffRules === undefined ? {} : { includeAllTimeOffRules } };
}
