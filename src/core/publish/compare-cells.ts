import { type BusinessDate, type Interval, datesOf, parseBusinessDate } from "../base/business-date.ts";
import { idsNamed } from "../plan/chunk.ts";

/** The body of a submission, from a job or a manifest. */
type Request = Readonly<Record<string, unknown>>;

/** One date and one entity of a request. The entity is `null` if the request names none. */
interface Cell {
  readonly date: BusinessDate;
  readonly entity: { readonly member: string; readonly id: number } | null;
}

/** The cells of a partition that `published` requested and `candidate` did not: replacing it would drop them. */
export function droppedCells(published: readonly Request[], candidate: readonly Request[], partition: Interval): Cell[] {
  const kept = new Set(candidate.flatMap((request) => cellsIn(request, partition).map(nameOf)));
  return published.flatMap((request) => cellsIn(request, partition)).filter((cell) => !kept.has(nameOf(cell)) && !kept.has(cell.date));
}

const MOST_NAMED = 10;

/** In words: `muIds 102, 103`, or dates if the requests name no entities. */
export function describeCells(cells: readonly Cell[]): string {
  const byMember = new Map<string, Set<string>>();
  for (const { date, entity } of cells) {
    const member = entity?.member ?? "";
    byMember.set(member, (byMember.get(member) ?? new Set()).add(entity ? String(entity.id) : date));
  }
  return [...byMember].map(([member, ids]) => `${member} ${shorten([...ids])}`.trim()).join(" and ");
}

function shorten(ids: readonly string[]): string {
  const shown = ids.slice(0, MOST_NAMED).join(", ");
  return ids.length > MOST_NAMED ? `${shown} and ${ids.length - MOST_NAMED} more` : shown;
}

/** Only dates of the partition count: a manifest comes from outside and may contain anything. */
function cellsIn(request: Request, partition: Interval): Cell[] {
  const from = parseBusinessDate(String(request["startDate"]));
  const to = parseBusinessDate(String(request["endDate"]));
  if (!from || !to) return [];
  const named: Cell["entity"][] = Object.entries(idsNamed(request)).flatMap(([member, ids]) => ids.map((id) => ({ member, id })));
  const entities = named.length > 0 ? named : [null];
  const dates = datesOf(partition).filter((date) => from <= date && date <= to);
  return dates.flatMap((date) => entities.map((entity) => ({ date, entity })));
}

/** A date alone stands for every entity of that date. */
function nameOf({ date, entity }: Cell): string {
  return entity ? `${date} ${entity.member} ${entity.id}` : date;
}
