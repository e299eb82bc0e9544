import type { z } from "zod";
import type { Selection, TimeOffSelection } from "../core/export-definition.ts";
import { type ExporterDefinition, SELECTORS, type Selector } from "../core/exporter-catalog.ts";
import { selectSchema } from "./export-schema.ts";
import type { Report } from "./problem.ts";

type Written = z.output<typeof selectSchema>;

/** Without `select`: everything that the login may view. */
const EVERYTHING: Readonly<Record<Selector, Selection>> = {
  "management-units": { muIds: "all" },
  "contact-types": { ctIds: "all" },
  "time-off-groups": { timeOff: { allTimeOffGroups: {} } },
};

/** Reports a selection that the exporter cannot follow. */
export function reportSelection(exporter: ExporterDefinition, select: Readonly<Record<string, unknown>>, report: Report): void {
  const { members, right, isOneOnly } = SELECTORS[exporter.selector];
  const known = Object.keys(selectSchema.shape);
  const given = Object.keys(select).filter((key) => known.includes(key));
  const foreign = given.filter((key) => !members.some((member) => member === key));
  for (const key of foreign) report([key], `${exporter.slug} does not select by ${key}; it selects by ${right}`, "key");
  const own = given.filter((key) => !foreign.includes(key));
  if (Object.keys(select).length === 0) report([], `selects nothing; ${exporter.slug} selects by ${right}`, "key");
  if (isOneOnly)
    for (const key of own.slice(1)) report([key], `${exporter.slug} takes only one of ${members.join(" and ")}; leave one out`, "key");
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
