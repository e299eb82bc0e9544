import { z } from "zod";
import { alertsSchema } from "./alerts-schema.ts";
import { connectionSchema } from "./connection-schema.ts";
import { destinationSchema } from "./destination-schema.ts";
import { expecting, mapping, named } from "./schema-helpers.ts";
import { exporterSchema } from "./exporter-schema.ts";
import { exportSchema } from "./export-schema.ts";

/** The structure of the configuration file. Validation, the types and the JSON Schema for editors are all derived from it. */
export const configSchema = mapping(
  {
    version: z
      .literal(1, { error: ({ input }) => (input === undefined ? "is missing; write version: 1" : "is not supported; write version: 1") })
      .describe("The version of the file format."),
    allowLiteralSecrets: z
      .boolean(expecting("true or false"))
      .default(false)
      .describe("Allow passwords to be written in this file. For testing only."),
    connections: named(connectionSchema, "connections by name, or {}").describe("WFM logins, by name."),
    destinations: named(destinationSchema, "destinations by name, or {}").describe("Where results are stored, by name."),
    exporters: named(exporterSchema, "exporters by slug, or remove the key")
      .optional()
      .describe(
        "WFM exporters that are not built into Nightferry, by slug. The slug is the part of the exporter's address after /exporters/v1/.",
      ),
    exports: named(exportSchema, "exports by name, or {}").describe("What to export, by name. The name becomes part of the object keys."),
    alerts: alertsSchema.optional(),
  },
  "version, connections, destinations and exports",
).describe("The Nightferry configuration.");
