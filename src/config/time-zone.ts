import { isTimeZone } from "../core/business-date.ts";
import { quote } from "./expectation.ts";
import { nearestName } from "./nearest-name.ts";

/** Says what is wrong with a time zone's name, or `null`. A fixed offset is refused: it does not follow the clock changes of a place. */
export function explainBadTimeZone(name: string): string | null {
  if (isTimeZone(name)) return null;
  const nearest = nearestName(name, Intl.supportedValuesOf("timeZone"));
  return `${quote(name)} is not a time zone; ${nearest ? `did you mean ${nearest}?` : "write one by its place, such as America/Chicago, or UTC"}`;
}
