import { z } from "zod";
import { EXPORTERS } from "../core/exporter-catalog.ts";
import { DATE_FORMATS, KNOWN_PARAMETERS, type ParameterKind, RECORD_TYPES, TIME_FORMATS, kindOfParameter } from "../core/parameter-kind.ts";
import { explainBadCron } from "../core/schedule.ts";
import { parseDayOffset } from "../core/window.ts";
import { NAME, expecting, mapping, oneOf, quote, text, wholeNumber } from "./expectation.ts";
import { explainBadTimeZone } from "./time-zone.ts";

const AVAILABLE_FORMAT = "raw";

const OFFSET = "days relative to the slot's local date, such as -1d";
const dayOffset = text(OFFSET, (value) =>
  parseDayOffset(value) === null ? `${quote(value)} is not an offset; write ${OFFSET}` : null,
).meta({
  pattern: "^[+-]?[0-9]{1,4}d$",
  examples: ["-1d", "-7d", "0d", "+14d"],
});

export const windowSchema = mapping(
  { from: dayOffset.describe("The first business date."), to: dayOffset.describe("The last business date.") },
  "the first and last business date: { from: -1d, to: -1d }",
);

const atLeastOne = (right: string) => ({ error: () => `is an empty list; write ${right}` });

const ENTITIES = 'all, ids such as [101, 102], or names such as { names: ["Sales *"] }';
const NAMES = 'a list of names such as ["Sales *"]';
const EXCEPT = 'a list of names and ids such as ["Sales Test*", 101]';
const NAME_OR_ID = "a name in quotes or an id";
const entityId = wholeNumber(0, 2_147_483_647);

const namedEntities = mapping(
  {
    names: z
      .array(text("a name in quotes"), expecting(NAMES))
      .min(1, atLeastOne(NAMES))
      .exactOptional()
      .describe("Those with one of these names; * stands for any characters. All of them unless set."),
    except: z
      .array(z.union([text(NAME_OR_ID), entityId], expecting(NAME_OR_ID)), expecting(EXCEPT))
      .min(1, atLeastOne(EXCEPT))
      .exactOptional()
      .describe("But not these, by name or id; * stands for any characters."),
  },
  ENTITIES,
)
  .superRefine(({ names, except }, context) => {
    if (!names && !except) context.addIssue({ code: "custom", path: ["names"], message: `is missing; write ${NAMES}` });
  })
  .meta({ minProperties: 1 });

const entities = z.union([z.literal("all"), z.array(entityId).min(1, atLeastOne(ENTITIES)), namedEntities], expecting(ENTITIES));

const ALL_GROUPS = "{} or { includeAllTimeOffRules: true }";
const GROUP = '{ timeOffGroup: 7, timeOffRules: ["Vacation"] }';
const RULES = 'a list of rules such as ["Vacation"]';
const GROUPS = `a list of groups: [${GROUP}]`;

export const selectSchema = mapping(
  {
    muIds: entities.optional().describe("Management units."),
    buIds: entities.optional().describe("Business units."),
    ctIds: entities.optional().describe("Contact types."),
    allTimeOffGroups: mapping(
      {
        includeAllTimeOffRules: z
          .boolean(expecting("true or false"))
          .optional()
          .describe("With the rules whose dates overlap the interval."),
      },
      ALL_GROUPS,
    )
      .optional()
      .describe("All time-off groups."),
    timeOffGroupList: z
      .array(
        mapping({ timeOffGroup: wholeNumber(0, 2_147_483_647), timeOffRules: z.array(text("a rule's name"), expecting(RULES)) }, GROUP),
        expecting(GROUPS),
      )
      .min(1, atLeastOne(GROUPS))
      .optional()
      .describe("These time-off groups, with these rules."),
  },
  "what to select, such as { muIds: all }",
);

const PARAMETER_SCHEMAS: Readonly<Record<ParameterKind, object>> = {
  "date-format": { type: "string", enum: DATE_FORMATS },
  "time-format": { type: "string", enum: TIME_FORMATS },
  "record-type": { type: "string", enum: RECORD_TYPES },
  boolean: { type: "boolean" },
  string: { type: "string" },
  timestamp: { type: "string", examples: ["2026-11-22T00:00:00Z"] },
  fields: { type: "array", items: { type: "object", required: ["name"], properties: { name: { type: "string" } } } },
};

const parametersSchema = z
  .record(z.string(), z.unknown(), expecting('the exporter\'s own parameters, such as { timeFormat: "24" }'))
  .meta({ properties: Object.fromEntries(KNOWN_PARAMETERS.map((name) => [name, schemaOf(name)])) });

function schemaOf(parameter: string): object {
  const kind = kindOfParameter(parameter);
  return kind === null ? {} : PARAMETER_SCHEMAS[kind];
}

const SLUGS = EXPORTERS.map(({ slug }) => slug);

export const exportSchema = mapping(
  {
    connection: text("the name of a connection").describe("The name of a connection of this file."),
    exporter: text(`an exporter, such as ${SLUGS[0]}`)
      .describe("Which of WFM's exporters to run: one of the catalog, or one that this file describes under exporters.")
      .meta({ anyOf: [{ enum: SLUGS }, { pattern: NAME.source }] }),
    schedule: text('five cron fields in quotes, such as "30 1 * * *"; leave schedule out to run by hand only', explainSchedule)
      .optional()
      .describe("When it is due: minute hour day month weekday, in timeZone. Without it, it runs by hand only.")
      .meta({ examples: ["30 1 * * *"] }),
    timeZone: text("a time zone such as America/Chicago", explainBadTimeZone).optional().describe("The connection's unless set."),
    window: windowSchema
      .default({ from: "-1d", to: "-1d" })
      .describe("The business dates of a scheduled run, relative to the slot's local date."),
    select: selectSchema.optional().describe("Whose data; everything of the exporter's kind that the login may view, unless set."),
    outputFormat: oneOf(["JSON", "PIPE", "XML"], "an output format").default("JSON").describe("The vendor's output format."),
    parameters: parametersSchema.default({}).describe("The exporter's own parameters, checked against its table."),
    destination: text("the name of a destination").describe("The name of a destination of this file."),
    formats: z
      .array(
        oneOf(["raw", "ndjson", "parquet"], "a stored format").superRefine((format, context) => {
          const message = `${format} is not available in this version; use ${AVAILABLE_FORMAT}`;
          if (format !== AVAILABLE_FORMAT) context.addIssue({ code: "custom", message });
        }),
        expecting("a list: [raw]"),
      )
      .min(1, atLeastOne("[raw]"))
      .default([AVAILABLE_FORMAT])
      .describe("What to store of a result: as it came (raw), as one JSON document a line, as Parquet. This version stores raw."),
    catchUp: oneOf(["all", "latest", "none"], "a way to catch up")
      .default("all")
      .describe("Which of the slots missed while nothing ran to make up for."),
    partition: oneOf(["date", "interval"], "a partition")
      .default("date")
      .describe("date: one job per business date; interval: one job for the whole interval."),
    onForbidden: oneOf(["fail", "skip"], "an answer to refused entities")
      .default("fail")
      .describe(
        "When WFM refuses some of the entities. fail: the run fails; skip: the rest is archived, and the run ends as partial and names them.",
      ),
  },
  "an export: connection, exporter, destination",
).describe("What to run, when, and where to put it.");

function explainSchedule(cron: string): string | null {
  const why = explainBadCron(cron);
  return why === null ? null : `${quote(cron)} is not a schedule: ${why}; write one such as "30 1 * * *"`;
}
