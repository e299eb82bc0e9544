import { z } from "zod";
import { expecting, mapping, oneOf, text } from "./expectation.ts";

const FORMATS = "a list of JSON, PIPE and XML";
const RULE = "required, optional, or the formats it is for: { required: [PIPE], optional: [JSON] }";

const formatList = z
  .array(oneOf(["JSON", "PIPE", "XML"], "an output format"), expecting(FORMATS))
  .min(1, { error: () => `is an empty list; write ${FORMATS}` });

const ruleSchema = z.union(
  [
    z.enum(["required", "optional"]),
    mapping(
      {
        required: formatList.optional().describe("The formats that need it."),
        optional: formatList.optional().describe("The formats that take it."),
      },
      RULE,
    ),
  ],
  expecting(RULE),
);

/** An exporter of WFM's that the catalog does not have. */
export const exporterSchema = mapping(
  {
    title: text("what people call it").optional().describe("What people call it; its slug unless set."),
    selector: oneOf(["management-units", "contact-types", "time-off-groups"], "a way to select").describe(
      "What select takes: management-units (muIds), contact-types (ctIds, buIds or both) or time-off-groups (allTimeOffGroups or timeOffGroupList).",
    ),
    formats: formatList.describe("The output formats that it writes."),
    cutByDate: z
      .boolean(expecting("true or false"))
      .default(false)
      .describe("Every row belongs to one business date, so that a request whose result is too large may be cut by dates."),
    parameters: z
      .record(z.string(), ruleSchema, expecting(`parameters by name, each ${RULE}`))
      .optional()
      .describe("The parameters that it takes; without this, any parameter is let through and WFM decides."),
  },
  "an exporter: selector, formats",
).describe("An exporter of WFM that Nightferry's own catalog does not have.");
