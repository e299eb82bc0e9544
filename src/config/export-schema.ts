import { z } from "zod";
import { EXPORTERS } from "../core/exporters/built-in-exporters.ts";
import {
  DATE_FORMATS,
  KNOWN_PARAMETERS,
  type ParameterKind,
  RECORD_TYPES,
  TIME_FORMATS,
  kindOfParameter,
} from "../core/exporters/parameter-kind.ts";
import { explainBadCron } from "../core/schedule/scheduled-time.ts";
import { parseDayOffset } from "../core/exports/window.ts";
import { NAME, expecting, mapping, oneOf, quote, text, wholeNumber } from "./schema-helpers.ts";
import { explainBadTimeZone } from "./time-zone.ts";

const OFFSET = "days relative to the local date of the scheduled time, such as -1d";
const dayOffset = text(OFFSET, (value) =>
  parseDayOffset(value) === null ? `${quote(value)} is not a day offset; write ${OFFSET}` : null,
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
      .describe("Only entities with one of these names. * matches any characters. Default: all entities."),
    except: z
      .array(z.union([text(NAME_OR_ID), entityId], expecting(NAME_OR_ID)), expecting(EXCEPT))
      .min(1, atLeastOne(EXCEPT))
      .exactOptional()
      .describe("Entities to leave out, by name or id. * matches any characters."),
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
          .describe("Include all time-off rules whose dates overlap the interval."),
      },
      ALL_GROUPS,
    )
      .optional()
      .describe("All time-off groups."),
    timeOffGroupList: z
      .array(
        mapping(
          { timeOffGroup: wholeNumber(0, 2_147_483_647), timeOffRules: z.array(text("the name of a rule"), expecting(RULES)) },
          GROUP,
        ),
        expecting(GROUPS),
      )
      .min(1, atLeastOne(GROUPS))
      .optional()
      .describe("These time-off groups, with these rules."),
  },
  "a selection such as { muIds: all }",
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
  .record(z.string(), z.unknown(), expecting('parameters of the exporter, such as { timeFormat: "24" }'))
  .meta({ properties: Object.fromEntries(KNOWN_PARAMETERS.map((name) => [name, schemaOf(name)])) });

function schemaOf(parameter: string): object {
  const kind = kindOfParameter(parameter);
  return kind === null ? {} : PARAMETER_SCHEMAS[kind];
}

const SLUGS = EXPORTERS.map(({ slug }) => slug);

export const exportSchema = mapping(
  {
    connection: text("the name of a connection").describe("The name of a connection in this file."),
    exporter: text(`an exporter, such as ${SLUGS[0]}`)
      .describe("The WFM exporter to run: a built-in one, or one that this file describes under exporters.")
      .meta({ anyOf: [{ enum: SLUGS }, { pattern: NAME.source }] }),
    schedule: text('five cron fields in quotes, such as "30 1 * * *", or remove schedule to run the export by hand only', explainSchedule)
      .optional()
      .describe("When the export runs: minute hour day month weekday, in timeZone. Without a schedule, it runs by hand only.")
      .meta({ examples: ["30 1 * * *"] }),
    timeZone: text("a time zone such as America/Chicago", explainBadTimeZone)
      .optional()
      .describe("The time zone of the schedule and of business dates. Default: the time zone of the connection."),
    window: windowSchema
      .default({ from: "-1d", to: "-1d" })
      .describe("The business dates of a scheduled run, relative to the local date of the scheduled time."),
    select: selectSchema.optional().describe("The entities to export. Default: everything that the login may view."),
    outputFormat: oneOf(["JSON", "PIPE", "XML"], "an output format").default("JSON").describe("The format that WFM writes."),
    parameters: parametersSchema.default({}).describe("The parameters of the exporter, checked against its definition."),
    destination: text("the name of a destination").describe("The name of a destination in this file."),
    formats: z
      .array(oneOf(["raw"], "a stored format"), expecting("a list: [raw]"))
      .min(1, atLeastOne("[raw]"))
      .default(["raw"])
      .describe("The formats to store each result in. raw: the bytes as WFM sent them."),
    catchUp: oneOf(["all", "latest", "none"], "a catch-up policy")
      .default("all")
      .describe("Which scheduled times to make up for after a period in which Nightferry did not run."),
    partition: oneOf(["date", "interval"], "a partition type")
      .default("date")
      .describe("date: one partition per business date. interval: one partition for the whole interval."),
    onForbidden: oneOf(["fail", "skip"], "a policy for forbidden entities")
      .default("fail")
      .describe(
        "What to do when WFM refuses some of the entities. fail: the run fails. skip: the other entities are archived, and the run ends as partial and names the missing ones.",
      ),
  },
  "an export with connection, exporter and destination",
).describe("What to export, when, and where to store it.");

function explainSchedule(cron: string): string | null {
  const why = explainBadCron(cron);
  return why === null ? null : `${quote(cron)} is not a valid schedule: ${why}; write one such as "30 1 * * *"`;
}
