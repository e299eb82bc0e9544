import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The mistake, what it replaces in the base, what stands there instead, and the one problem it makes. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  ["a key that YAML alone would forget", "exports:\n", "exports:\n  __proto__: {}\n", "20:3 exports.__proto__: is not known here"],
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
    "a connection without anything",
    "exports:\n",
    "exports:\n  empty:\n",
    "20:3 exports.empty: is empty; write an export: connection, exporter, destination",
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
    "20:3 exports.Nightly: is not a name; write up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
  ],
  [
    "a name like the keys of rescued results",
    "exports:\n",
    "exports:\n  _rescued: { connection: acme, exporter: mu-opens, destination: lake }\n",
    "20:3 exports._rescued: is not a name; write up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
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
    '28:18 exports.schedules.destination: there is no destination "warehouse"; known here: lake, disk',
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
    "26:19 exports.schedules.outputFormat: agent-schedule-detail does not write XML; write PIPE or JSON",
  ],
  [
    "a number as parameter",
    'timeFormat: "24"',
    "timeFormat: 24",
    '27:31 exports.schedules.parameters.timeFormat: timeFormat is one of "12", "24", in quotes',
  ],
  [
    "an unknown parameter",
    'timeFormat: "24"',
    "colour: blue",
    "27:27 exports.schedules.parameters.colour: agent-schedule-detail has no parameter colour; it takes dateFormat, timeFormat, keepEmptyJsonFields, excludePipeHeader, attribute, fields, lastModifiedTime, disableMidnightCutOff",
  ],
  [
    "a parameter of another format",
    'timeFormat: "24"',
    "excludePipeHeader: true",
    "27:38 exports.schedules.parameters.excludePipeHeader: agent-schedule-detail does not take excludePipeHeader when outputFormat is JSON",
  ],
  [
    "a parameter that the format needs",
    "outputFormat: JSON",
    "outputFormat: PIPE",
    "27:5 exports.schedules.parameters.dateFormat: agent-schedule-detail needs dateFormat when outputFormat is PIPE",
  ],
  [
    "a parameter that the exporter needs",
    'agent-schedule-detail\n    schedule: "30 1 * * *"\n    window: { from: -1d, to: -1d }\n    select: { muIds: all }\n    outputFormat: JSON\n    parameters: { timeFormat: "24" }',
    "agent-export",
    "20:3 exports.schedules.parameters.recordType: agent-export needs recordType when outputFormat is JSON",
  ],
  [
    "a misspelled required key",
    "exporter: agent",
    "exportr: agent",
    "22:5 exports.schedules.exportr: is not known here; did you mean exporter?",
  ],
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
    '23:15 exports.schedules.schedule: "0 30 1 * * *" is not a schedule: a schedule has five fields: minute hour day month weekday; write one such as "30 1 * * *"',
  ],
  [
    "a minute that does not exist",
    "30 1 * * *",
    "61 1 * * *",
    '23:15 exports.schedules.schedule: "61 1 * * *" is not a schedule: CronPattern: Invalid value for minute: 61; write one such as "30 1 * * *"',
  ],
  [
    "a day that never comes",
    "30 1 * * *",
    "30 1 31 2 *",
    '23:15 exports.schedules.schedule: "30 1 31 2 *" is not a schedule: this schedule never comes due; write one such as "30 1 * * *"',
  ],
  [
    "an empty schedule",
    'schedule: "30 1 * * *"',
    "schedule:",
    '23:5 exports.schedules.schedule: is empty; write five cron fields in quotes, such as "30 1 * * *"; leave schedule out to run by hand only',
  ],
  [
    "an export's bad time zone",
    "    formats: [raw]",
    "    formats: [raw]\n    timeZone: Mars/Olympus",
    '30:15 exports.schedules.timeZone: "Mars/Olympus" is not a time zone; write one by its place, such as America/Chicago, or UTC',
  ],
  [
    "a window that ends before it begins",
    "{ from: -1d, to: -1d }",
    "{ from: -1d, to: -7d }",
    "24:21 exports.schedules.window.from: -1d is after to, -7d; write the earlier one as from",
  ],
  [
    "a window in numbers",
    "{ from: -1d, to: -1d }",
    "{ from: -1, to: -1d }",
    "24:21 exports.schedules.window.from: is a number; write days relative to the slot's local date, such as -1d",
  ],
  [
    "a window in weeks",
    "{ from: -1d, to: -1d }",
    "{ from: -1w, to: -1d }",
    '24:21 exports.schedules.window.from: "-1w" is not an offset; write days relative to the slot\'s local date, such as -1d',
  ],
  [
    "half a window",
    "{ from: -1d, to: -1d }",
    "{ from: -1d }",
    "24:5 exports.schedules.window.to: is missing; write days relative to the slot's local date, such as -1d",
  ],
  [
    "a format of a later version",
    "[raw]",
    "[parquet]",
    "29:15 exports.schedules.formats[0]: parquet is not available in this version; use raw",
  ],
  [
    "an unknown format",
    "[raw]",
    "[csv]",
    '29:15 exports.schedules.formats[0]: "csv" is not a stored format; known here: raw, ndjson, parquet',
  ],
  ["a format twice", "[raw]", "[raw, raw]", '29:20 exports.schedules.formats[1]: "raw" is listed twice; keep one'],
  ["no format", "[raw]", "[]", "29:14 exports.schedules.formats: is an empty list; write [raw]"],
  [
    "an unknown way to catch up",
    "    formats: [raw]",
    "    catchUp: last",
    '29:14 exports.schedules.catchUp: "last" is not a way to catch up; known here: all, latest, none',
  ],
  [
    "an unknown partition",
    "    formats: [raw]",
    "    partition: day",
    '29:16 exports.schedules.partition: "day" is not a partition; known here: date, interval',
  ],
];

test.each(ROWS)("%s is reported once, where it stands", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
