import type { Selector } from "../core/exporters/built-in-exporters.ts";

/** What a column contains. `blank` is always empty, as the vendor documents for some columns. */
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

/** Determines how many rows an entity has on a date: a varying number per agent, or a fixed number of half-hour series or contact types. */
export type RowRule =
  | { readonly by: "agent"; readonly min: number; readonly max: number }
  | { readonly by: "period"; readonly series: number }
  | { readonly by: "contact-type"; readonly series: number };

export interface Layout {
  readonly fields: readonly Field[];
  readonly rows: RowRule;
  /** The names of the root element and the record element in XML. */
  readonly xml: { readonly root: string; readonly record: string };
}

const AGENT_HEAD = "date TZ:zone custID:customer muID:entity tvID:agent acdID:acd logonID:logon ssn";
const AGENT_TAIL = "externalID:external agentName:agent-name";
const STAFF_GROUPS = "saGroupID:group sagroupName:group-name ssGroupID:blank ssGroupName:blank";
const CT_HEAD = `date period TZ:zone custID:customer ${STAFF_GROUPS} buID:blank buName:blank ctID:entity ctName:entity-name`;
const ADHERENCE = "schedMinutes:minutes inAdherence:minutes outOfAdherence:minutes adherencePct:percent conformancePct:percent";

/**
 * Columns in the order of the vendor's export module pages. The public copies of these pages are incomplete, so the last columns of each
 * exporter are plausible inventions.
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

const DETAIL: RowRule = { by: "agent", min: 3, max: 6 };
const SUMMARY: RowRule = { by: "agent", min: 1, max: 2 };
const ONCE: RowRule = { by: "agent", min: 1, max: 1 };

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
  "agent-vacation-summary": { by: "agent", min: 0, max: 1 },
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

/** Columns and rows of configured exporters, chosen by the kind of entities that they select. */
const GENERIC_LAYOUTS: Readonly<Record<Selector, Layout>> = {
  "management-units": genericLayout(`${AGENT_HEAD} ${AGENT_TAIL} code name:code-name value:amount`, SUMMARY),
  "contact-types": genericLayout(`${CT_HEAD} value:amount`, { by: "period", series: 1 }),
  "time-off-groups": genericLayout("date custID:customer timeOffGroup:entity agentID:agent agentName:agent-name value:amount", SUMMARY),
};

function genericLayout(columns: string, rows: RowRule): Layout {
  return { fields: columns.split(" ").map(parseField), rows, xml: { root: "rows", record: "row" } };
}

export function layoutOf(slug: string, selector: Selector): Layout {
  return LAYOUTS.get(slug) ?? GENERIC_LAYOUTS[selector];
}

/** Whether this is a configured exporter. Its columns are unknown, so a request may name any field. */
export function hasUnknownColumns(slug: string): boolean {
  return !LAYOUTS.has(slug);
}

/** Parses `name:kind`. If the kind is left out, it equals the name. */
function parseField(column: string): Field {
  const [name = column, kind = name] = column.split(":");
  return { name, kind: kind as FieldKind };
}
