import { z } from "zod";
import { expecting, mapping, oneOf, text } from "./schema-helpers.ts";

const FORMATS = "a list of JSON, PIPE and XML";
const RULE = "required, optional, or formats such as { required: [PIPE], optional: [JSON] }";

const formatList = z
  .array(oneOf(["JSON", "PIPE", "XML"], "an output format"), expecting(FORMATS))
  .min(1, { error: () => `is an empty list; write ${FORMATS}` });

const ruleSchema = z.union(
  [
    z.enum(["required", "optional"]),
    mapping(
      {
        required: formatList.optional().describe("The formats that require the parameter."),
        optional: formatList.optional().describe("The formats that accept the parameter."),
      },
      RULE,
    ),
  ],
  expecting(RULE),
);

export const exporterSchema = mapping(
  {
    title: text("a title").optional().describe("The title shown to people. Default: the slug."),
    selector: oneOf(["management-units", "contact-types", "time-off-groups"], "a selector").describe(
      "What select accepts: management-units (muIds), contact-types (ctIds, buIds or both) or time-off-groups (allTimeOffGroups or timeOffGroupList).",
    ),
    formats: formatList.describe("The output formats of the exporter."),
    splitByDate: z
      .boolean(expecting("true or false"))
      .default(false)
      .describe(
        "true if every row belongs to one business date. A request whose result is too large is then split by date first, otherwise by entity only.",
      ),
    parameters: z
      .record(z.string(), ruleSchema, expecting(`parameters by name, each ${RULE}`))
      .optional()
      .describe("The parameters of the exporter. Without this key, Nightferry passes any parameter to WFM unchecked."),
  },
  "an exporter with selector and formats",
).describe("A WFM exporter that is not built into Nightferry.");
