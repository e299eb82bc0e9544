import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The text of the base that is replaced, its replacement, and the only problem that results. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "a misspelled selection key",
    "{ muIds: all }",
    "{ muId: all }",
    "25:15 exports.schedules.select.muId: unknown key; did you mean muIds?",
  ],
  [
    "management units for contact types",
    "{ ctIds: [7, 8] }",
    "{ ctIds: [7, 8], muIds: all }",
    "33:30 exports.forecasts.select.muIds: ct-active-forecast cannot select by muIds; use ctIds, buIds or both",
  ],
  [
    "contact types for management units",
    "{ muIds: all }",
    "{ ctIds: all }",
    "25:15 exports.schedules.select.ctIds: agent-schedule-detail cannot select by ctIds; use muIds",
  ],
  [
    "an empty selection",
    "{ muIds: all }",
    "{}",
    "25:5 exports.schedules.select: is empty; use muIds, or remove select to export everything",
  ],
  [
    "an empty list of ids",
    "{ muIds: all }",
    "{ muIds: [] }",
    '25:22 exports.schedules.select.muIds: is an empty list; write all, ids such as [101, 102], or names such as { names: ["Sales *"] }',
  ],
  [
    "a word other than all",
    "{ muIds: all }",
    "{ muIds: every }",
    '25:22 exports.schedules.select.muIds: is a string; write all, ids such as [101, 102], or names such as { names: ["Sales *"] }',
  ],
  [
    "a string among ids",
    "{ ctIds: [7, 8] }",
    "{ ctIds: [7, eight] }",
    "33:26 exports.forecasts.select.ctIds[1]: is a string; write a whole number from 0 to 2147483647, without quotes",
  ],
  [
    "a name outside a list",
    "{ muIds: all }",
    "{ muIds: { names: Sales } }",
    '25:31 exports.schedules.select.muIds.names: is a string; write a list of names such as ["Sales *"]',
  ],
  [
    "an unknown key in a selection by name",
    "{ muIds: all }",
    "{ muIds: { name: [Sales] } }",
    "25:24 exports.schedules.select.muIds.name: unknown key; did you mean names?",
  ],
  [
    "a selection by name without names",
    "{ muIds: all }",
    "{ muIds: {} }",
    '25:15 exports.schedules.select.muIds.names: is missing; write a list of names such as ["Sales *"]',
  ],
  [
    "an exception outside a list",
    "{ muIds: all }",
    "{ muIds: { except: Sales } }",
    '25:32 exports.schedules.select.muIds.except: is a string; write a list of names and ids such as ["Sales Test*", 101]',
  ],
  [
    "an exception that is neither a name nor an id",
    "{ muIds: all }",
    "{ muIds: { except: [Sales, true] } }",
    "25:40 exports.schedules.select.muIds.except[1]: is true; write a name in quotes or an id",
  ],
  [
    "an empty list of exceptions",
    "{ muIds: all }",
    "{ muIds: { names: [Sales], except: [] } }",
    '25:48 exports.schedules.select.muIds.except: is an empty list; write a list of names and ids such as ["Sales Test*", 101]',
  ],
  [
    "exceptions beside a list of ids",
    "{ muIds: all }",
    "{ muIds: [101], except: [101] }",
    "25:29 exports.schedules.select.except: unknown key; use one of muIds, buIds, ctIds, allTimeOffGroups, timeOffGroupList",
  ],
  [
    "an unknown policy for forbidden entities",
    "    formats: [raw]",
    "    onForbidden: ignore",
    '29:18 exports.schedules.onForbidden: "ignore" is not a policy for forbidden entities; use one of fail, skip',
  ],
  [
    "both ways to select time-off groups",
    "{ allTimeOffGroups: {} }",
    "{ allTimeOffGroups: {}, timeOffGroupList: [{ timeOffGroup: 1, timeOffRules: [a] }] }",
    "38:37 exports.vacations.select.timeOffGroupList: agent-vacation-summary accepts only one of allTimeOffGroups and timeOffGroupList; remove one",
  ],
  [
    "a time-off group without rules",
    "{ allTimeOffGroups: {} }",
    "{ timeOffGroupList: [{ timeOffGroup: 1 }] }",
    '38:34 exports.vacations.select.timeOffGroupList[0].timeOffRules: is missing; write a list of rules such as ["Vacation"]',
  ],
];

test.each(ROWS)("reports %s once, at its position", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
