import { z } from "zod";
import type { ExporterDocument } from "../../core/exporters/exporter-document.ts";
import type { DocumentOf } from "./document-of.ts";

const format = z.enum(["PIPE", "XML", "JSON"]);

/** An exporter as `exporters --json` prints it. */
export const exporterSchema = z.strictObject({
  slug: z.string().describe("what `exporter` of an export names"),
  title: z.string(),
  source: z.enum(["built-in", "configuration"]),
  selector: z.enum(["management-units", "contact-types", "time-off-groups"]),
  selectBy: z.array(z.string()).describe("the keys of `select` that the exporter accepts"),
  formats: z.array(format),
  splitByDate: z.boolean().describe("whether a result that is too large may be requested again by date"),
  anyParameter: z.boolean().describe("whether parameters that are not listed are passed to WFM"),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      values: z.string().describe("which values the parameter accepts, in words"),
      use: z.partialRecord(format, z.enum(["required", "optional", "forbidden"])).describe("by output format"),
    }),
  ),
});

/** Does not compile unless core's document and the schema have the same shape. */
export const asPublished = (document: ExporterDocument): DocumentOf<typeof exporterSchema> => document;
