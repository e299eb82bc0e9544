/**
 * The vendor's exporters as data: formats, selectors and parameters. The configuration check, the JSON Schema, `plan`, the requests, the
 * simulator and `exporters.md` are all derived from this table. Its source is the vendor's SmartSync Export API, one page per exporter.
 */
export const OUTPUT_FORMATS = ["JSON", "PIPE", "XML"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The file name extension of a stored result. */
export const FILE_EXTENSIONS: Readonly<Record<OutputFormat, string>> = { JSON: "json", PIPE: "txt", XML: "xml" };

/** Reads the name of a format, in upper or lower case. `null`: it is not a known format. */
export function parseOutputFormat(word: string): OutputFormat | null {
  return OUTPUT_FORMATS.find((format) => format === word.toUpperCase()) ?? null;
}

/** What a request selects by: management units, contact types and business units, or time-off groups. */
export type Selector = "management-units" | "contact-types" | "time-off-groups";

interface SelectorRule {
  /** The members of a request that can contain the selection. */
  readonly members: readonly string[];
  /** Completes "selects by ...". */
  readonly right: string;
  /** A request may have only one of the members. */
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

/** Members of a request that are never parameters, because the export's window, outputFormat and select determine them. */
export const OWN_MEMBERS: readonly string[] = [
  "startDate",
  "endDate",
  "outputFormat",
  ...Object.values(SELECTORS).flatMap(({ members }) => members),
];

/** The output formats with which a parameter must be sent, and those with which it may be sent. With all others it must not. */
export interface ParameterRule {
  readonly required: readonly OutputFormat[];
  readonly optional: readonly OutputFormat[];
}

export interface ExporterDefinition {
  readonly slug: string;
  readonly title: string;
  readonly selector: Selector;
  readonly formats: readonly OutputFormat[];
  /** The request may omit the format; the server then sends JSON. */
  readonly formatOptionalForJson: boolean;
  /** Every row belongs to one business date, so that a request for several dates may be split into requests for fewer. */
  readonly isSplitByDate: boolean;
  readonly parameters: Readonly<Record<string, ParameterRule>>;
  /** Parameters that are not listed are sent as well: WFM decides whether to accept them. */
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

/** `dateFormat` is required for PIPE and optional for JSON, which has ISO dates without it. */
const DATE_FORMAT: ParameterRule = { required: ["PIPE"], optional: ["JSON"] };
const TIME_FORMAT = required("PIPE", "JSON");
const KEEP_EMPTY = optional("JSON");
const EXCLUDE_HEADER = optional("PIPE");
const ANY_PIPE_JSON = optional("PIPE", "JSON");

interface PipeJsonExtras {
  readonly formatOptionalForJson?: boolean;
  readonly isSplitByDate?: boolean;
  readonly attribute?: boolean;
  readonly more?: Readonly<Record<string, ParameterRule>>;
}

/** Some of the vendor's pages are truncated. A parameter that a truncated page may have had is allowed: the server decides. */
function pipeJson(slug: string, title: string, selector: Selector, extras: PipeJsonExtras = {}): ExporterDefinition {
  return {
    slug,
    title,
    selector,
    formats: PIPE_JSON,
    formatOptionalForJson: extras.formatOptionalForJson ?? false,
    isSplitByDate: extras.isSplitByDate ?? true,
    parameters: {
      dateFormat: DATE_FORMAT,
      timeFormat: TIME_FORMAT,
      keepEmptyJsonFields: KEEP_EMPTY,
      excludePipeHeader: EXCLUDE_HEADER,
      ...(extras.attribute ? { attribute: ANY_PIPE_JSON } : {}),
      fields: ANY_PIPE_JSON,
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
    isSplitByDate: false,
    parameters: {
      recordType: required("XML", "JSON"),
      lastModifiedTime: optional("XML", "JSON"),
      keepEmptyJsonFields: KEEP_EMPTY,
      fields: optional("XML", "JSON"),
    },
    takesAnyParameter: false,
  },
  pipeJson("agent-info", "Agent Info", MU, { isSplitByDate: false }),
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
    isSplitByDate: false,
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
    isSplitByDate: true,
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

/**
 * Whether a request for several dates may be split by date. Without the cut-off at midnight a schedule that crosses midnight belongs to two
 * dates, and would be exported twice.
 */
export function maySplitByDate(exporter: ExporterDefinition, parameters: Readonly<Record<string, unknown>>): boolean {
  return exporter.isSplitByDate && parameters["disableMidnightCutOff"] !== true;
}
