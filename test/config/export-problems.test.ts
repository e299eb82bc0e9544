import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The text of the base that is replaced, its replacement, and the only problem that results. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "a key that JavaScript would drop",
    "exports:\n",
    "exports:\n  __proto__: {}\n",
    "20:3 exports.__proto__: cannot be used as a key; remove it",
  ],
  [
    "a missing key",
    "    exporter: agent-schedule-detail\n",
    "",
    "20:3 exports.schedules.exporter: is missing; write an exporter, such as agent-activity-and-schedules",
  ],
  [
    "a key without a value",
    "    destination: lake",
    "    destination:",
    "28:5 exports.schedules.destination: is empty; write the name of a destination",
  ],
  [
    "an empty export",
    "exports:\n",
    "exports:\n  empty:\n",
    "20:3 exports.empty: is empty; write an export with connection, exporter and destination",
  ],
  [
    "a list instead of a mapping",
    "    window: { from: -1d, to: -1d }",
    "    window: [-1d, -1d]",
    "24:13 exports.schedules.window: is a list; write the first and last business date: { from: -1d, to: -1d }",
  ],
  [
    "a name with capitals",
    "exports:\n",
    "exports:\n  Nightly: { connection: acme, exporter: mu-opens, destination: lake }\n",
    "20:3 exports.Nightly: is not a valid name; write up to 63 lowercase letters, digits, - and _, beginning with a letter or digit",
  ],
  [
    "a name that begins with an underscore, like _quarantine",
    "exports:\n",
    "exports:\n  _quarantine: { connection: acme, exporter: mu-opens, destination: lake }\n",
    "20:3 exports._quarantine: is not a valid name; write up to 63 lowercase letters, digits, - and _, beginning with a letter or digit",
  ],
  [
    "a misspelled connection",
    "connection: acme",
    "connection: acne",
    '21:17 exports.schedules.connection: there is no connection "acne"; did you mean acme?',
  ],
  [
    "a misspelled destination",
    "destination: lake",
    "destination: lakes",
    '28:18 exports.schedules.destination: there is no destination "lakes"; did you mean lake?',
  ],
  [
    "an unknown destination",
    "destination: lake",
    "destination: warehouse",
    '28:18 exports.schedules.destination: there is no destination "warehouse"; use one of lake, disk',
  ],
  [
    "a misspelled exporter",
    "agent-schedule-detail",
    "agent-schedule-detial",
    '22:15 exports.schedules.exporter: "agent-schedule-detial" is not an exporter; did you mean agent-schedule-detail?',
  ],
  [
    "an unknown output format",
    "outputFormat: JSON",
    "outputFormat: json",
    '26:19 exports.schedules.outputFormat: "json" is not an output format; did you mean JSON?',
  ],
  [
    "an output format that the exporter does not write",
    "outputFormat: JSON",
    "outputFormat: XML",
    "26:19 exports.schedules.outputFormat: agent-schedule-detail does not support XML; use PIPE or JSON",
  ],
  [
    "a number as a parameter",
    'timeFormat: "24"',
    "timeFormat: 24",
    '27:31 exports.schedules.parameters.timeFormat: timeFormat is one of "12", "24", in quotes',
  ],
  [
    "an unknown parameter",
    'timeFormat: "24"',
    "color: blue",
    "27:26 exports.schedules.parameters.color: agent-schedule-detail has no parameter color; it takes dateFormat, timeFormat, keepEmptyJsonFields, excludePipeHeader, attribute, fields, lastModifiedTime, disableMidnightCutOff",
  ],
  [
    "a parameter of another output format",
    'timeFormat: "24"',
    "excludePipeHeader: true",
    "27:38 exports.schedules.parameters.excludePipeHeader: agent-schedule-detail does not take excludePipeHeader when outputFormat is JSON",
  ],
  [
    "a missing parameter that the output format requires",
    "outputFormat: JSON",
    "outputFormat: PIPE",
    "27:5 exports.schedules.parameters.dateFormat: agent-schedule-detail needs dateFormat when outputFormat is PIPE",
  ],
  [
    "a missing parameter that the exporter requires",
    'agent-schedule-detail\n    schedule: "30 1 * * *"\n    window: { from: -1d, to: -1d }\n    select: { muIds: all }\n    outputFormat: JSON\n    parameters: { timeFormat: "24" }',
    "agent-export",
    "20:3 exports.schedules.parameters.recordType: agent-export needs recordType when outputFormat is JSON",
  ],
  ["a misspelled required key", "exporter: agent", "exportr: agent", "22:5 exports.schedules.exportr: unknown key; did you mean exporter?"],
  [
    "a misspelled required parameter",
    'JSON\n    parameters: { timeFormat: "24" }',
    "PIPE\n    parameters: { dateformat: mmddyy }",
    "27:31 exports.schedules.parameters.dateformat: agent-schedule-detail has no parameter dateformat; it takes dateFormat, timeFormat, keepEmptyJsonFields, excludePipeHeader, attribute, fields, lastModifiedTime, disableMidnightCutOff",
  ],
  [
    "six cron fields",
    "30 1 * * *",
    "0 30 1 * * *",
    '23:15 exports.schedules.schedule: "0 30 1 * * *" is not a valid schedule: a schedule has five fields: minute hour day month weekday; write one such as "30 1 * * *"',
  ],
  [
    "a minute that does not exist",
    "30 1 * * *",
    "61 1 * * *",
    '23:15 exports.schedules.schedule: "61 1 * * *" is not a valid schedule: CronPattern: Invalid value for minute: 61; write one such as "30 1 * * *"',
  ],
  [
    "a date that does not exist",
    "30 1 * * *",
    "30 1 31 2 *",
    '23:15 exports.schedules.schedule: "30 1 31 2 *" is not a valid schedule: this schedule never comes due; write one such as "30 1 * * *"',
  ],
  [
    "an empty schedule",
    'schedule: "30 1 * * *"',
    "schedule:",
    '23:5 exports.schedules.schedule: is empty; write five cron fields in quotes, such as "30 1 * * *", or remove schedule to run the export by hand only',
  ],
  [
    "an unknown time zone",
    "    formats: [raw]",
    "    formats: [raw]\n    timeZone: Mars/Olympus",
    '30:15 exports.schedules.timeZone: "Mars/Olympus" is not a time zone; write an IANA name such as America/Chicago, or UTC',
  ],
  [
    "a window whose end precedes its start",
    "{ from: -1d, to: -1d }",
    "{ from: -1d, to: -7d }",
    "24:21 exports.schedules.window.from: -1d is later than to (-7d); swap them",
  ],
  [
    "a number as a day offset",
    "{ from: -1d, to: -1d }",
    "{ from: -1, to: -1d }",
    "24:21 exports.schedules.window.from: is a number; write days relative to the local date of the scheduled time, such as -1d",
  ],
  [
    "an offset in weeks",
    "{ from: -1d, to: -1d }",
    "{ from: -1w, to: -1d }",
    '24:21 exports.schedules.window.from: "-1w" is not a day offset; write days relative to the local date of the scheduled time, such as -1d',
  ],
  [
    "a window without an end",
    "{ from: -1d, to: -1d }",
    "{ from: -1d }",
    "24:5 exports.schedules.window.to: is missing; write days relative to the local date of the scheduled time, such as -1d",
  ],
  [
    "a stored format that this version does not have",
    "[raw]",
    "[parquet]",
    '29:15 exports.schedules.formats[0]: "parquet" is not a stored format; use raw',
  ],
  ["an unknown stored format", "[raw]", "[csv]", '29:15 exports.schedules.formats[0]: "csv" is not a stored format; use raw'],
  ["a stored format that is listed twice", "[raw]", "[raw, raw]", '29:20 exports.schedules.formats[1]: "raw" is listed twice; remove one'],
  ["an empty list of stored formats", "[raw]", "[]", "29:14 exports.schedules.formats: is an empty list; write [raw]"],
  [
    "an unknown catch-up policy",
    "    formats: [raw]",
    "    catchUp: last",
    '29:14 exports.schedules.catchUp: "last" is not a catch-up policy; use one of all, latest, none',
  ],
  [
    "an unknown partition type",
    "    formats: [raw]",
    "    partition: day",
    '29:16 exports.schedules.partition: "day" is not a partition type; use one of date, interval',
  ],
];

test.each(ROWS)("reports %s once, at its position", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
