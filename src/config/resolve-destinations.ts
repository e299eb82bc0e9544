import type { DestinationConfig } from "./app-config.ts";
import { destinationSchema, sseSchema, trimSlashes } from "./destination-schema.ts";
import { entriesOf, isMapping, parseFields } from "./schema-helpers.ts";
import type { Report } from "./problem.ts";

/** Returns the valid destinations, and reports the problems of the others that the schema does not find. */
export function resolveDestinations(raw: unknown, resolvePath: (path: string) => string, report: Report): Map<string, DestinationConfig> {
  const destinations = new Map<string, DestinationConfig>();
  for (const [name, destination] of entriesOf(raw)) {
    if (isMapping(destination)) {
      const { algorithm, kmsKeyId } = parseFields(sseSchema, destination["sse"]);
      if (algorithm === "AES256" && kmsKeyId) report([name, "sse", "kmsKeyId"], "is for algorithm: aws:kms only; remove it", "key");
    }
    const parsed = destinationSchema.safeParse(destination);
    if (!parsed.success) continue;
    const { data } = parsed;
    destinations.set(
      name,
      data.type === "s3" ? { ...data, prefix: trimSlashes(data.prefix ?? "") } : { ...data, path: resolvePath(data.path) },
    );
  }
  return destinations;
}
