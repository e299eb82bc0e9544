import { isTimeZone } from "../core/base/business-date.ts";
import { quote } from "./schema-helpers.ts";
import { nearestName } from "./nearest-name.ts";

/** `null`: the name is valid. Fixed offsets are rejected, because they do not follow daylight saving time. */
export function explainBadTimeZone(name: string): string | null {
  if (isTimeZone(name)) return null;
  const nearest = nearestName(name, Intl.supportedValuesOf("timeZone"));
  return `${quote(name)} is not a time zone; ${nearest ? `did you mean ${nearest}?` : "write an IANA name such as America/Chicago, or UTC"}`;
}
