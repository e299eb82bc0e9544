import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The mistake, what it replaces in the base, what stands there instead, and the one problem it makes. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "a misspelled selection",
    "{ muIds: all }",
    "{ muId: all }",
    "25:15 exports.schedules.select.muId: is not known here; did you mean muIds?",
  ],
  [
    "management units for contact types",
    "{ ctIds: [7, 8] }",
    "{ ctIds: [7, 8], muIds: all }",
    "33:30 exports.forecasts.select.muIds: ct-active-forecast does not select by muIds; it selects by ctIds, buIds or both",
  ],
  [
    "contact types for management units",
    "{ muIds: all }",
    "{ ctIds: all }",
    "25:15 exports.schedules.select.ctIds: agent-schedule-detail does not select by ctIds; it selects by muIds",
  ],
  ["an empty selection", "{ muIds: all }", "{}", "25:5 exports.schedules.select: selects nothing; agent-schedule-detail selects by muIds"],
  [
    "a selection of no ids",
    "{ muIds: all }",
    "{ muIds: [] }",
    '25:22 exports.schedules.select.muIds: is an empty list; write all, ids such as [101, 102], or names such as { names: ["Sales *"] }',
  ],
  [
    "a word for all that is not all",
    "{ muIds: all }",
    "{ muIds: every }",
    '25:22 exports.schedules.select.muIds: is a text; write all, ids such as [101, 102], or names such as { names: ["Sales *"] }',
  ],
  [
    "a text among ids",
    "{ ctIds: [7, 8] }",
    "{ ctIds: [7, eight] }",
    "33:26 exports.forecasts.select.ctIds[1]: is a text; write a whole number from 0 to 2147483647, without quotes",
  ],
  [
    "a name that is not in a list",
    "{ muIds: all }",
    "{ muIds: { names: Sales } }",
    '25:31 exports.schedules.select.muIds.names: is a text; write a list of names such as ["Sales *"]',
  ],
  [
    "an unknown key in a selection by name",
    "{ muIds: all }",
    "{ muIds: { name: [Sales] } }",
    "25:24 exports.schedules.select.muIds.name: is not known here; did you mean names?",
  ],
  [
    "a selection by name that names nothing",
    "{ muIds: all }",
    "{ muIds: {} }",
    '25:15 exports.schedules.select.muIds.names: is missing; write a list of names such as ["Sales *"]',
  ],
  [
    "an exception that is not in a list",
    "{ muIds: all }",
    "{ muIds: { except: Sales } }",
    '25:32 exports.schedules.select.muIds.except: is a text; write a list of names and ids such as ["Sales Test*", 101]',
  ],
  [
    "an exception that is neither name nor id",
    "{ muIds: all }",
    "{ muIds: { except: [Sales, true] } }",
    "25:40 exports.schedules.select.muIds.except[1]: is true; write a name in quotes or an id",
  ],
  [
    "no exceptions",
    "{ muIds: all }",
    "{ muIds: { names: [Sales], except: [] } }",
    '25:48 exports.schedules.select.muIds.except: is an empty list; write a list of names and ids such as ["Sales Test*", 101]',
  ],
  [
    "an exception from a list of ids",
    "{ muIds: all }",
    "{ muIds: [101], except: [101] }",
    "25:29 exports.schedules.select.except: is not known here; known here: muIds, buIds, ctIds, allTimeOffGroups, timeOffGroupList",
  ],
  [
    "an unknown answer to refused entities",
    "    formats: [raw]",
    "    onForbidden: ignore",
    '29:18 exports.schedules.onForbidden: "ignore" is not an answer to refused entities; known here: fail, skip',
  ],
  [
    "both ways to select time-off groups",
    "{ allTimeOffGroups: {} }",
    "{ allTimeOffGroups: {}, timeOffGroupList: [{ timeOffGroup: 1, timeOffRules: [a] }] }",
    "38:37 exports.vacations.select.timeOffGroupList: agent-vacation-summary takes only one of allTimeOffGroups and timeOffGroupList; leave one out",
  ],
  [
    "a time-off group without rules",
    "{ allTimeOffGroups: {} }",
    "{ timeOffGroupList: [{ timeOffGroup: 1 }] }",
    '38:34 exports.vacations.select.timeOffGroupList[0].timeOffRules: is missing; write a list of rules such as ["Vacation"]',
  ],
];

test.each(ROWS)("%s is reported once, where it stands", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
