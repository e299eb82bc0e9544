/**
 * The vendor's exporters as data: which formats, which entities, which parameters.
 * One table feeds the configuration check, the JSON Schema, `plan`, the request and the simulator.
 * Source: the vendor's SmartSync Export API pages, one per exporter.
 */
export type OutputFormat = "JSON" | "PIPE" | "XML";

/** How a request names what it wants: management units, contact types and business units, or time-off groups. */
export type Selector = "management-units" | "contact-types" | "time-off-groups";

/** Under which output formats a parameter must, may or must not be sent. */
export interface ParameterRule {
  readonly required: readonly OutputFormat[];
  readonly optional: readonly OutputFormat[];
}

export type ParameterKind = "date-format" | "time-format" | "boolean" | "string" | "timestamp" | "record-type" | "fields";

export interface ExporterDefinition {
  readonly slug: string;
  readonly title: string;
  readonly selector: Selector;
  readonly formats: readonly OutputFormat[];
  /** The format may be left out of the request; the server then answers JSON. */
  readonly formatOptionalForJson: boolean;
  readonly parameters: Readonly<Record<string, ParameterRule>>;
}

/** What each parameter's value looks like, whichever exporter takes it. */
export const PARAMETER_KINDS: Readonly<Record<string, ParameterKind>> = {
  dateFormat: "date-format",
  timeFormat: "time-format",
  keepEmptyJsonFields: "boolean",
  excludePipeHeader: "boolean",
  disableMidnightCutOff: "boolean",
  attribute: "string",
  lastModifiedTime: "timestamp",
  recordType: "record-type",
  fields: "fields",
};

export const DATE_FORMATS = ["mmddyy", "ddmmyy", "mmddyyyy", "ddmmyyyy", "yyyymmdd", "yyyyddmm", "yyddmm", "yymmdd"] as const;
export const TIME_FORMATS = ["12", "24"] as const;
export const RECORD_TYPES = ["newAgent", "changedAgent"] as const;

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
    parameters: {
      dateFormat: DATE_FORMAT,
      timeFormat: TIME_FORMAT,
      keepEmptyJsonFields: KEEP_EMPTY,
      excludePipeHeader: EXCLUDE_HEADER,
      ...(extras.attribute ? { attribute: ANY_PIPE_JSON } : {}),
      ...((extras.fields ?? true) ? { fields: ANY_PIPE_JSON } : {}),
      ...extras.more,
    },
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
    parameters: {
      recordType: required("XML", "JSON"),
      lastModifiedTime: optional("XML", "JSON"),
      keepEmptyJsonFields: KEEP_EMPTY,
      fields: optional("XML", "JSON"),
    },
  },
  pipeJson("agent-info", "Agent Info", MU),
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
    parameters: {
      dateFormat: DATE_FORMAT,
      timeFormat: TIME_FORMAT,
      keepEmptyJsonFields: KEEP_EMPTY,
      excludePipeHeader: EXCLUDE_HEADER,
      attribute: optional("PIPE", "JSON", "XML"),
      fields: optional("PIPE", "JSON", "XML"),
    },
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
    parameters: { keepEmptyJsonFields: KEEP_EMPTY },
  },
  pipeJson("mu-results", "MU Results", MU),
];

export function findExporter(slug: string): ExporterDefinition | null {
  return EXPORTERS.find((exporter) => exporter.slug === slug) ?? null;
}

export type ParameterUse = "required" | "optional" | "forbidden";

export function useOf(exporter: ExporterDefinition, parameter: string, format: OutputFormat): ParameterUse {
  const rule = exporter.parameters[parameter];
  if (rule?.required.includes(format)) return "required";
  return rule?.optional.includes(format) ? "optional" : "forbidden";
}

const NOT_BY_DATE = new Set(["agent-export", "agent-info", "agent-vacation-summary"]);

export function mayCutByDate(exporter: ExporterDefinition, parameters: Readonly<Record<string, unknown>>): boolean {
  return !NOT_BY_DATE.has(exporter.slug) && parameters["disableMidnightCutOff"] !== true;
}
