import type { Interval } from "../core/base/business-date.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

export function orderedInterval(from: Interval["from"], to: Interval["to"]): Interval {
  if (from > to) throw new CommandError(`--from ${from} is after --to ${to}; exchange them`, EXIT.usage);
  return { from, to };
}
