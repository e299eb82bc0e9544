import { z } from "zod";
import { alertsSchema } from "./alerts-schema.ts";
import { connectionSchema } from "./connection-schema.ts";
import { destinationSchema } from "./destination-schema.ts";
import { expecting, mapping, named } from "./expectation.ts";
import { exporterSchema } from "./exporter-schema.ts";
import { exportSchema } from "./export-schema.ts";

const VERSION = "version: 1, the only one there is";

/** The structure of the configuration file: one source for the check, the types and the editors' JSON Schema. */
export const configSchema = mapping(
  {
    version: z
      .literal(1, { error: ({ input }) => (input === undefined ? `is missing; write ${VERSION}` : `is not known; write ${VERSION}`) })
      .describe("The version of this file's structure."),
    allowLiteralSecrets: z
      .boolean(expecting("true or false"))
      .default(false)
      .describe("Accept passwords written into this file. For trying things out only."),
    connections: named(connectionSchema, "connections by name, or {}").describe("Logins to WFM, by name."),
    destinations: named(destinationSchema, "destinations by name, or {}").describe("Where results are stored, by name."),
    exporters: named(exporterSchema, "exporters by slug, or leave it out")
      .optional()
      .describe("Exporters of WFM that Nightferry's own catalog lacks, by slug: what follows /exporters/v1/ in their address."),
    exports: named(exportSchema, "exports by name, or {}").describe(
      "What to run, by name. The name becomes part of the stored objects' keys.",
    ),
    alerts: alertsSchema.optional(),
  },
  "version, connections, destinations and exports",
).describe("The configuration of Nightferry.");
