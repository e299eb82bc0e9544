import { type BusinessDate, datesOf, type Interval, parseBusinessDate } from "./business-date.ts";
import { idsNamed } from "./request-grid.ts";

/** The body of a submit, as a job or a manifest has it. */
type Request = Readonly<Record<string, unknown>>;

/** What somebody asked WFM for: a date, and an entity of a request's member; `null` where the request names none. */
interface Unit {
  readonly date: BusinessDate;
  readonly entity: { readonly member: string; readonly id: number } | null;
}

/** Of the units that lie in a folder, those that would not be there any more: `held` is what was asked for of its data, `offered` of the others. */
export function unitsGivenUp(held: readonly Request[], offered: readonly Request[], partition: Interval): Unit[] {
  const kept = new Set(offered.flatMap((request) => unitsIn(request, partition).map(nameOf)));
  return held.flatMap((request) => unitsIn(request, partition)).filter((unit) => !kept.has(nameOf(unit)) && !kept.has(unit.date));
}

const MOST_NAMED = 10;

/** In words: `muIds 102, 103`; dates where the requests name no entities. */
export function describeUnits(units: readonly Unit[]): string {
  const byMember = new Map<string, Set<string>>();
  for (const { date, entity } of units) {
    const member = entity?.member ?? "";
    byMember.set(member, (byMember.get(member) ?? new Set()).add(entity ? String(entity.id) : date));
  }
  return [...byMember].map(([member, ids]) => `${member} ${shorten([...ids])}`.trim()).join(" and ");
}

function shorten(ids: readonly string[]): string {
  const shown = ids.slice(0, MOST_NAMED).join(", ");
  return ids.length > MOST_NAMED ? `${shown} and ${ids.length - MOST_NAMED} more` : shown;
}

/** Only within the folder's dates: a manifest comes from outside, and may say anything. */
function unitsIn(request: Request, partition: Interval): Unit[] {
  const from = parseBusinessDate(String(request["startDate"]));
  const to = parseBusinessDate(String(request["endDate"]));
  if (!from || !to) return [];
  const named: Unit["entity"][] = Object.entries(idsNamed(request)).flatMap(([member, ids]) => ids.map((id) => ({ member, id })));
  const entities = named.length > 0 ? named : [null];
  const dates = datesOf(partition).filter((date) => from <= date && date <= to);
  return dates.flatMap((date) => entities.map((entity) => ({ date, entity })));
}

/** A date alone stands for every entity of that date. */
function nameOf({ date, entity }: Unit): string {
  return entity ? `${date} ${entity.member} ${entity.id}` : date;
}
