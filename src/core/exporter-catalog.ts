/**
 * The vendor's exporters as data: which formats, which entities, which parameters.
 * One table feeds the configuration check, the JSON Schema, `plan`, the request, the simulator and `exporters.md`.
 * Source: the vendor's SmartSync Export API pages, one per exporter.
 */
export type OutputFormat = "JSON" | "PIPE" | "XML";

/** How a request names what it wants: management units, contact types and business units, or time-off groups. */
export type Selector = "management-units" | "contact-types" | "time-off-groups";

interface SelectorRule {
  /** The members of a request that can name what is wanted. */
  readonly members: readonly string[];
  /** Completes "selects by ...". */
  readonly right: string;
  /** Its members exclude each other. */
  readonly isOneOnly: boolean;
}

export const SELECTORS: Readonly<Record<Selector, SelectorRule>> = {
  "management-units": { members: ["muIds"], right: "muIds", isOneOnly: false },
  "contact-types": { members: ["buIds", "ctIds"], right: "ctIds, buIds or both", isOneOnly: false },
  "time-off-groups": {
    members: ["allTimeOffGroups", "timeOffGroupList"],
    right: "either allTimeOffGroups: {} or timeOffGroupList",
    isOneOnly: true,
  },
};

/** Members of a request that are never parameters: the export itself says what stands in them. */
export const OWN_MEMBERS: readonly string[] = [
  "startDate",
  "endDate",
  "outputFormat",
  ...Object.values(SELECTORS).flatMap(({ members }) => members),
];

/** Under which output formats a parameter must, may or must not be sent. */
export interface ParameterRule {
  readonly required: readonly OutputFormat[];
  readonly optional: readonly OutputFormat[];
}

export interface ExporterDefinition {
  readonly slug: string;
  readonly title: string;
  readonly selector: Selector;
  readonly formats: readonly OutputFormat[];
  /** The format may be left out of the request; the server then answers JSON. */
  readonly formatOptionalForJson: boolean;
  /** Every row belongs to one business date, so that a request for several dates may be cut into requests for fewer. */
  readonly isCutByDate: boolean;
  readonly parameters: Readonly<Record<string, ParameterRule>>;
  /** Parameters that are not listed pass as well: WFM decides. */
  readonly takesAnyParameter: boolean;
}

const PIPE_JSON = ["PIPE", "JSON"] as const;
const XML_JSON = ["XML", "JSON"] as const;

function required(...formats: OutputFormat[]): ParameterRule {
  return { required: formats, optional: [] };
}

function optional(...formats: OutputFormat[]): ParameterRule {
  return { required: [], optional: formats };
}

/** `dateFormat` is needed for PIPE; with JSON it may be given, and without it dates come out as ISO. */
const DATE_FORMAT: ParameterRule = { required: ["PIPE"], optional: ["JSON"] };
const TIME_FORMAT = required("PIPE", "JSON");
const KEEP_EMPTY = optional("JSON");
const EXCLUDE_HEADER = optional("PIPE");
const ANY_PIPE_JSON = optional("PIPE", "JSON");

interface PipeJsonExtras {
  readonly formatOptionalForJson?: boolean;
  readonly isCutByDate?: boolean;
  readonly attribute?: boolean;
  readonly fields?: boolean;
  readonly more?: Readonly<Record<string, ParameterRule>>;
}

/** Where a page is cut before a parameter, the parameter is allowed: the server decides. */
function pipeJson(slug: string, title: string, selector: Selector, extras: PipeJsonExtras = {}): ExporterDefinition {
  return {
    slug,
    title,
    selector,
    formats: PIPE_JSON,
    formatOptionalForJson: extras.formatOptionalForJson ?? false,
    isCutByDate: extras.isCutByDate ?? true,
    parameters: {
      dateFormat: DATE_FORMAT,
      timeFormat: TIME_FORMAT,
      keepEmptyJsonFields: KEEP_EMPTY,
      excludePipeHeader: EXCLUDE_HEADER,
      ...(extras.attribute ? { attribute: ANY_PIPE_JSON } : {}),
      ...((extras.fields ?? true) ? { fields: ANY_PIPE_JSON } : {}),
      ...extras.more,
    },
    takesAnyParameter: false,
  };
}

const MU = "management-units";
const CT = "contact-types";

export const EXPORTERS: readonly ExporterDefinition[] = [
  pipeJson("agent-activity-and-schedules", "Agent Activity and Schedules", MU),
  pipeJson("agent-activity-detail", "Agent Activity Detail", MU, { attribute: true }),
  pipeJson("agent-activity-summary", "Agent Activity Summary", MU, { attribute: true }),
  pipeJson("agent-adherence-attribute-summary", "Agent Adherence by Attribute Summary", MU, { attribute: true }),
  pipeJson("agent-adherence-detail", "Agent Adherence Detail", MU, { attribute: true }),
  pipeJson("agent-adherence-summary", "Agent Adherence Summary", MU, { attribute: true }),
  {
    slug: "agent-export",
    title: "Agent Export",
    selector: MU,
    formats: XML_JSON,
    formatOptionalForJson: false,
    isCutByDate: false,
    parameters: {
      recordType: required("XML", "JSON"),
      lastModifiedTime: optional("XML", "JSON"),
      keepEmptyJsonFields: KEEP_EMPTY,
      fields: optional("XML", "JSON"),
    },
    takesAnyParameter: false,
  },
  pipeJson("agent-info", "Agent Info", MU, { isCutByDate: false }),
  pipeJson("agent-results-detail", "Agent Results Detail", MU, { formatOptionalForJson: true, attribute: true }),
  pipeJson("agent-results-summary", "Agent Results Summary", MU, { formatOptionalForJson: true }),
  pipeJson("agent-schedule-detail", "Agent Schedule Detail", MU, {
    attribute: true,
    more: { lastModifiedTime: ANY_PIPE_JSON, disableMidnightCutOff: ANY_PIPE_JSON },
  }),
  pipeJson("agent-schedule-summary", "Agent Schedule Summary", MU, { attribute: true }),
  {
    slug: "agent-vacation-summary",
    title: "Agent Vacation Summary",
    selector: "time-off-groups",
    formats: ["PIPE", "XML", "JSON"],
    formatOptionalForJson: false,
    isCutByDate: false,
    parameters: {
      dateFormat: { required: ["PIPE"], optional: ["JSON", "XML"] },
      timeFormat: TIME_FORMAT,
      keepEmptyJsonFields: KEEP_EMPTY,
      excludePipeHeader: EXCLUDE_HEADER,
      attribute: optional("PIPE", "JSON", "XML"),
      fields: optional("PIPE", "JSON", "XML"),
    },
    takesAnyParameter: false,
  },
  pipeJson("ct-active-forecast", "CT Active Forecast", CT),
  pipeJson("ct-queue-data", "CT Queue Data", CT, { formatOptionalForJson: true }),
  pipeJson("ct-results", "CT Results", CT, { formatOptionalForJson: true }),
  pipeJson("mu-forecast", "MU Forecast", MU),
  {
    slug: "mu-opens",
    title: "MU Opens",
    selector: MU,
    formats: XML_JSON,
    formatOptionalForJson: false,
    isCutByDate: true,
    parameters: { keepEmptyJsonFields: KEEP_EMPTY },
    takesAnyParameter: false,
  },
  pipeJson("mu-results", "MU Results", MU),
];

export function findExporter(slug: string): ExporterDefinition | null {
  return EXPORTERS.find((exporter) => exporter.slug === slug) ?? null;
}

export type ParameterUse = "required" | "optional" | "forbidden";

export function useOf(exporter: ExporterDefinition, parameter: string, format: OutputFormat): ParameterUse {
  if (!Object.hasOwn(exporter.parameters, parameter)) {
    return exporter.takesAnyParameter && !OWN_MEMBERS.includes(parameter) ? "optional" : "forbidden";
  }
  const rule = exporter.parameters[parameter];
  if (rule?.required.includes(format)) return "required";
  return rule?.optional.includes(format) ? "optional" : "forbidden";
}

/** Without the cut-off at midnight a row comes with every date that its schedule touches. */
export function mayCutByDate(exporter: ExporterDefinition, parameters: Readonly<Record<string, unknown>>): boolean {
  return exporter.isCutByDate && parameters["disableMidnightCutOff"] !== true;
}
