import { z } from "zod";
import { manifestSchema } from "../../core/publish/manifest.ts";
import { quarantineNoteSchema } from "../../core/quarantine/quarantine-copy.ts";
import { coverageDaySchema } from "./coverage-document.ts";
import { entitySchema } from "./entity-document.ts";
import { exporterSchema } from "./exporter-schema.ts";
import { planSchema } from "./plan-document.ts";
import { runDetailSchema, runSchema } from "./run-document.ts";

interface PublishedSchema {
  /** The name of the file in docs/schemas, without `.schema.json`. */
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/** Everything that Nightferry writes for other programs to read. */
export const PUBLISHED_SCHEMAS: readonly PublishedSchema[] = [
  { name: "manifest", title: "_manifest.json, beside the objects of a published partition", schema: manifestSchema },
  { name: "quarantine", title: ".about.json, beside a quarantined result", schema: quarantineNoteSchema },
  { name: "runs", title: "nightferry runs --json", schema: z.array(runSchema) },
  { name: "show", title: "nightferry show RUN --json", schema: runDetailSchema },
  { name: "coverage", title: "nightferry coverage EXPORT --json", schema: z.array(coverageDaySchema) },
  { name: "plan", title: "nightferry plan --json", schema: z.array(planSchema) },
  { name: "entities", title: "nightferry entities CONNECTION --json", schema: z.array(entitySchema) },
  { name: "exporters", title: "nightferry exporters --json", schema: z.array(exporterSchema) },
  { name: "exporter", title: "nightferry exporters SLUG --json", schema: exporterSchema },
];

export const SCHEMAS_DIRECTORY = new URL("../../../docs/schemas/", import.meta.url);

/** The published schema as JSON Schema. Zod's pattern of a format, and the largest safe integer, would only make it longer. */
export function jsonSchemaOf({ title, schema }: PublishedSchema): object {
  const shorten = ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  };
  return { title, ...z.toJSONSchema(schema, { io: "output", override: shorten }) };
}
