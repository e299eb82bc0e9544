import type { OutputFormat } from "../core/exporters/built-in-exporters.ts";
import type { ResultFailure } from "../core/base/failure.ts";
import { type Result, err, ok } from "../core/base/result.ts";

const MEDIA_TYPES: Readonly<Record<OutputFormat, readonly string[]>> = {
  JSON: ["application/json"],
  PIPE: ["text/plain"],
  XML: ["application/xml", "text/xml"],
};

/** The bare media type, in lower case and without parameters, if the vendor documents it for the format. */
export function checkMediaType(received: string, format: OutputFormat): Result<string, ResultFailure> {
  const bare = (received.split(";")[0] ?? "").trim().toLowerCase();
  if (MEDIA_TYPES[format].includes(bare)) return ok(bare);
  return err({ reason: "media-type-differs", expected: MEDIA_TYPES[format].join(" or "), received });
}
