import type { Selector } from "../core/exporter-catalog.ts";

/** What stands in a column. `blank` is always empty, as some of the vendor's columns are documented to be. */
export type FieldKind =
  | "date"
  | "past-date"
  | "period"
  | "zone"
  | "customer"
  | "entity"
  | "entity-name"
  | "mu"
  | "ct"
  | "ct-name"
  | "agent"
  | "acd"
  | "logon"
  | "ssn"
  | "external"
  | "agent-name"
  | "first-name"
  | "last-name"
  | "code"
  | "code-name"
  | "start"
  | "stop"
  | "minutes"
  | "seconds"
  | "percent"
  | "count"
  | "queue"
  | "amount"
  | "flag"
  | "rule"
  | "group"
  | "group-name"
  | "uuid"
  | "blank"
  | "opens";

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
}

/** How many rows an entity has on a date: some per agent, or a fixed number of half-hour series. */
export type RowRule =
  | { readonly by: "agent"; readonly least: number; readonly most: number }
  | { readonly by: "period"; readonly series: number }
  | { readonly by: "contact-type"; readonly series: number };

export interface Layout {
  readonly fields: readonly Field[];
  readonly rows: RowRule;
  /** Root and record element, for exporters that speak XML. */
  readonly xml: { readonly root: string; readonly record: string };
}

const AGENT_HEAD = "date TZ:zone custID:customer muID:entity tvID:agent acdID:acd logonID:logon ssn";
const AGENT_TAIL = "externalID:external agentName:agent-name";
const STAFF_GROUPS = "saGroupID:group sagroupName:group-name ssGroupID:blank ssGroupName:blank";
const CT_HEAD = `date period TZ:zone custID:customer ${STAFF_GROUPS} buID:blank buName:blank ctID:entity ctName:entity-name`;
const ADHERENCE = "schedMinutes:minutes inAdherence:minutes outOfAdherence:minutes adherencePct:percent conformancePct:percent";

/**
 * Columns in the order of the vendor's export module pages. Those pages are cut off in what is public;
 * from there on the columns are made up to be plausible.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  "agent-activity-and-schedules": `${AGENT_HEAD} ${AGENT_TAIL} recordKind:code excName:code-name startTime:start stopTime:stop`,
  "agent-activity-detail": `${AGENT_HEAD} ${AGENT_TAIL} activityCode:code activityName:code-name startTime:start stopTime:stop`,
  "agent-activity-summary": `${AGENT_HEAD} ${AGENT_TAIL} activityCode:code activityName:code-name totalMinutes:minutes`,
  "agent-adherence-attribute-summary": `${AGENT_HEAD} ${AGENT_TAIL} attributeValue:code-name ${ADHERENCE}`,
  "agent-adherence-detail": `${AGENT_HEAD} ${AGENT_TAIL} excCode:code startTime:start stopTime:stop outSeconds:seconds inAdherence:flag`,
  "agent-adherence-summary": `${AGENT_HEAD} ${AGENT_TAIL} totalScheduled:minutes ${ADHERENCE}`,
  "agent-export":
    "date custID:customer muID:entity agentID:agent UUID:uuid firstName:first-name lastName:last-name acdID:acd logonID:logon ssn " +
    "rank:count workStatus:code senExt:count rotationNum:count tourGroup:count maxMinutes:minutes minRestPerWeek:minutes " +
    "minCDO:count useAvailability:flag availListDateRange:blank accrualDate:past-date",
  "agent-info": `${AGENT_HEAD} ${AGENT_TAIL} firstName:first-name lastName:last-name hireDate:past-date rank:count workStatus:code`,
  "agent-results-detail": `date period TZ:zone custID:customer muID:entity tvID:agent acdID:acd logonID:logon ${AGENT_TAIL} contactsHandled:count handleSeconds:seconds afterCallSeconds:seconds`,
  "agent-results-summary": `${AGENT_HEAD} ${AGENT_TAIL} contactsHandled:count handleSeconds:seconds afterCallSeconds:seconds availSeconds:seconds`,
  "agent-schedule-detail": `excdate:date schedDate:date TZ:zone custID:customer muID:entity tvID:agent acdID:acd logonID:logon ssn ${AGENT_TAIL} excCode:code excName:code-name startTime:start stopTime:stop`,
  "agent-schedule-summary": `${AGENT_HEAD} ${AGENT_TAIL} excCode:code excName:code-name totalMinutes:minutes paidMinutes:minutes`,
  "agent-vacation-summary":
    "custID:customer muID:mu tvID:agent acdID:acd logonID:logon ssn agentData:code-name agentID:agent agentName:agent-name " +
    "timeOffGroup:entity timeOffRule:rule date startTime:start stopTime:stop accrued:amount used:amount remaining:amount",
  "ct-active-forecast": `${CT_HEAD} contactsForecast:amount ahtForecast:amount staffRequired:amount serviceLevel:percent`,
  "ct-queue-data": `${CT_HEAD} queueID:queue offered:count handled:count abandoned:count asa:seconds handleSeconds:seconds`,
  "ct-results": `${CT_HEAD} contactsForecast:amount contactsReceived:count contactsHandled:count ahtActual:amount serviceLevel:percent`,
  "mu-forecast": `date period TZ:zone custID:customer ${STAFF_GROUPS} muID:entity muName:entity-name ctID:ct ctName:ct-name contactsForecast:amount ahtForecast:amount staffRequired:amount`,
  "mu-opens": "muID:entity ctID:ct date opens",
  "mu-results": `date period TZ:zone custID:customer ${STAFF_GROUPS} muID:entity muName:entity-name contactsHandled:count ahtActual:amount staffScheduled:amount staffActual:amount`,
};

const DETAIL: RowRule = { by: "agent", least: 3, most: 6 };
const SUMMARY: RowRule = { by: "agent", least: 1, most: 2 };
const ONCE: RowRule = { by: "agent", least: 1, most: 1 };

const ROW_RULES: Readonly<Record<string, RowRule>> = {
  "agent-activity-and-schedules": DETAIL,
  "agent-activity-detail": DETAIL,
  "agent-adherence-detail": DETAIL,
  "agent-schedule-detail": DETAIL,
  "agent-results-detail": DETAIL,
  "agent-adherence-summary": ONCE,
  "agent-export": ONCE,
  "agent-info": ONCE,
  "agent-results-summary": ONCE,
  "agent-vacation-summary": { by: "agent", least: 0, most: 1 },
  "ct-active-forecast": { by: "period", series: 1 },
  "ct-queue-data": { by: "period", series: 2 },
  "ct-results": { by: "period", series: 1 },
  "mu-forecast": { by: "period", series: 2 },
  "mu-opens": { by: "contact-type", series: 2 },
  "mu-results": { by: "period", series: 1 },
};

const XML_NAMES: Readonly<Record<string, Layout["xml"]>> = {
  "agent-export": { root: "agents", record: "agent" },
  "agent-vacation-summary": { root: "agentVacations", record: "agentVacation" },
  "mu-opens": { root: "opens", record: "muOpens" },
};

const LAYOUTS = new Map(
  Object.entries(COLUMNS).map(([slug, columns]): [string, Layout] => [
    slug,
    {
      fields: columns.split(" ").map(parseField),
      rows: ROW_RULES[slug] ?? SUMMARY,
      xml: XML_NAMES[slug] ?? { root: "rows", record: "row" },
    },
  ]),
);

/** Columns and rows of exporters that only a configuration knows: what their kind of entities would have. */
const MADE_UP: Readonly<Record<Selector, Layout>> = {
  "management-units": madeUp(`${AGENT_HEAD} ${AGENT_TAIL} code name:code-name value:amount`, SUMMARY),
  "contact-types": madeUp(`${CT_HEAD} value:amount`, { by: "period", series: 1 }),
  "time-off-groups": madeUp("date custID:customer timeOffGroup:entity agentID:agent agentName:agent-name value:amount", SUMMARY),
};

function madeUp(columns: string, rows: RowRule): Layout {
  return { fields: columns.split(" ").map(parseField), rows, xml: { root: "rows", record: "row" } };
}

export function layoutOf(slug: string, selector: Selector): Layout {
  return LAYOUTS.get(slug) ?? MADE_UP[selector];
}

/** Nobody knows its columns, so that any name of one will do. */
export function isMadeUp(slug: string): boolean {
  return !LAYOUTS.has(slug);
}

/** `name:kind`; a kind that is left out is the name itself. */
function parseField(column: string): Field {
  const [name = column, kind = name] = column.split(":");
  return { name, kind: kind as FieldKind };
}
