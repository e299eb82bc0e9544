import { describe, expect, it } from "vitest";
import { loadExporters } from "../../src/config/load-config.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { changed } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

/** The base with a configured exporter, from line 19 on, and an export of it. */
const CONFIGURED = `${changed(
  "exports:\n",
  `exporters:
  agent-adherence-attribute-detail:
    title: Agent Adherence by Attribute Detail
    selector: management-units
    formats: [PIPE, JSON]
    parameters: { timeFormat: required, dateFormat: { required: [PIPE], optional: [JSON] }, mood: optional }
exports:
`,
)}  details:
    connection: acme
    exporter: agent-adherence-attribute-detail
    parameters: { timeFormat: "24", mood: 1 }
    destination: lake
`;

const EXPORT_PARAMETERS = 'parameters: { timeFormat: "24", mood: 1 }';

const RULES = "    parameters: { timeFormat: required, dateFormat: { required: [PIPE], optional: [JSON] }, mood: optional }\n";

describe("a configured exporter", () => {
  it("is described by slug, selector and formats", () => {
    const loaded = loadText(CONFIGURED);
    expect(loaded.ok && loaded.value.exporters.get("agent-adherence-attribute-detail")).toEqual({
      slug: "agent-adherence-attribute-detail",
      title: "Agent Adherence by Attribute Detail",
      selector: "management-units",
      formats: ["PIPE", "JSON"],
      formatOptionalForJson: false,
      isSplitByDate: false,
      parameters: {
        timeFormat: { required: ["PIPE", "JSON"], optional: [] },
        dateFormat: { required: ["PIPE"], optional: ["JSON"] },
        mood: { required: [], optional: ["PIPE", "JSON"] },
      },
      takesAnyParameter: false,
    });
    expect(loaded.ok && loaded.value.exports.get("details")).toMatchObject({
      exporter: "agent-adherence-attribute-detail",
      select: { muIds: "all" },
      parameters: { timeFormat: "24", mood: 1 },
    });
  });

  it("accepts any parameter if it declares none, and has no default parameters", () => {
    const withParameters = (parameters: string) => changed(EXPORT_PARAMETERS, parameters, changed(RULES, "", CONFIGURED));
    const loaded = loadText(withParameters("parameters: { timeFormat: 24, mood: [1] }"));
    expect(loaded.ok && loaded.value.exports.get("details")?.parameters).toEqual({ timeFormat: 24, mood: [1] });
    const withoutParameters = loadText(withParameters("parameters: {}"));
    expect(withoutParameters.ok && withoutParameters.value.exports.get("details")?.parameters).toEqual({});
    expect(problemsOf(withParameters("parameters: { muIds: [1] }"))).toEqual([
      expect.stringContaining("muIds is no parameter: the export's select says what it is"),
    ]);
  });

  it("can declare that its results may be split by date", () => {
    const loaded = loadText(changed(RULES, "    splitByDate: true\n", CONFIGURED));
    expect(loaded.ok && loaded.value.exporters.get("agent-adherence-attribute-detail")).toMatchObject({
      isSplitByDate: true,
      takesAnyParameter: true,
    });
  });

  it.each([
    ["contact-types", { ctIds: "all" }],
    ["time-off-groups", { timeOff: { allTimeOffGroups: {} } }],
  ])("selects all entities by default: %s", (selector, select) => {
    const loaded = loadText(changed("selector: management-units", `selector: ${selector}`, CONFIGURED));
    expect(loaded.ok && loaded.value.exports.get("details")?.select).toEqual(select);
  });
});

/** The text that is replaced, its replacement, and the problems that result. */
const ROWS: readonly (readonly [title: string, from: string, to: string, ...problems: string[]])[] = [
  [
    "the slug of a built-in exporter",
    "  agent-adherence-attribute-detail:\n    title",
    "  mu-opens: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.mu-opens: is a built-in exporter; remove this entry and use the built-in one",
  ],
  [
    "an address that WFM uses for jobs",
    "  agent-adherence-attribute-detail:\n    title",
    "  status: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.status: is not an exporter: WFM uses this address for jobs; use the slug of an exporter",
  ],
  [
    "a slug with capitals",
    "  agent-adherence-attribute-detail:\n    title",
    "  Moods: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.Moods: is not a valid name; write up to 63 lowercase letters, digits, - and _, beginning with a letter or digit",
  ],
  ["an unknown key", "    title:", "    titel:", "21:5 exporters.agent-adherence-attribute-detail.titel: unknown key; did you mean title?"],
  [
    "an unknown selector, without hiding problems below it",
    "selector: management-units\n    formats: [PIPE, JSON]",
    "selector: muIds\n    formats: [PIPE, CSV]",
    '22:15 exporters.agent-adherence-attribute-detail.selector: "muIds" is not a selector; use one of management-units, contact-types, time-off-groups',
    '23:21 exporters.agent-adherence-attribute-detail.formats[1]: "CSV" is not an output format; use one of JSON, PIPE, XML',
  ],
  [
    "a slug without a description",
    "  agent-adherence-attribute-detail:\n    title",
    "  moods: {}\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.moods.selector: is missing; write one of management-units, contact-types, time-off-groups",
    "20:3 exporters.moods.formats: is missing; write a list of JSON, PIPE and XML",
  ],
  [
    "a format that is listed twice",
    "[PIPE, JSON]",
    "[PIPE, JSON, PIPE]",
    '23:27 exporters.agent-adherence-attribute-detail.formats[2]: "PIPE" is listed twice; remove one',
  ],
  [
    "an unknown rule",
    "mood: optional",
    "mood: sometimes",
    "24:99 exporters.agent-adherence-attribute-detail.parameters.mood: is a string; write required, optional, or formats such as { required: [PIPE], optional: [JSON] }",
  ],
  [
    "an empty rule",
    "mood: optional",
    "mood: {}",
    "24:93 exporters.agent-adherence-attribute-detail.parameters.mood: is empty; write required, optional, or formats such as { required: [PIPE], optional: [JSON] }",
  ],
  [
    "a rule for a format that is not listed",
    "mood: optional",
    "mood: { optional: [XML] }",
    "24:112 exporters.agent-adherence-attribute-detail.parameters.mood.optional[0]: XML is not listed in formats of the exporter; use PIPE or JSON",
  ],
  [
    "a rule that contradicts itself",
    "mood: optional",
    "mood: { required: [JSON], optional: [JSON] }",
    "24:130 exporters.agent-adherence-attribute-detail.parameters.mood.optional[0]: JSON is also listed under required; remove one",
  ],
  [
    "a parameter that Nightferry sets",
    "mood: optional",
    "startDate: required",
    "24:93 exporters.agent-adherence-attribute-detail.parameters.startDate: is not a parameter, because window, select and outputFormat of the export set it; remove it",
  ],
  [
    "a list of exporters, without problems in exports that use them",
    "exporters:\n",
    "exporters: []\nexporter:\n",
    "19:12 exporters: is a list; write exporters by slug, or remove the key",
    "20:1 exporter: unknown key; did you mean exporters?",
  ],
  [
    "an export of an unknown exporter",
    "exporter: agent-adherence-attribute-detail",
    "exporter: horoscope",
    '48:15 exports.details.exporter: "horoscope" is not an exporter; use one of agent-activity-and-schedules, agent-activity-detail, agent-activity-summary, agent-adherence-attribute-summary, agent-adherence-detail, agent-adherence-summary, agent-export, agent-info, agent-results-detail, agent-results-summary, agent-schedule-detail, agent-schedule-summary, agent-vacation-summary, ct-active-forecast, ct-queue-data, ct-results, mu-forecast, mu-opens, mu-results, agent-adherence-attribute-detail, or describe it under exporters',
  ],
  [
    "the misspelled slug of a configured exporter",
    "exporter: agent-adherence-attribute-detail",
    "exporter: agent-adherence-attribut-detail",
    '48:15 exports.details.exporter: "agent-adherence-attribut-detail" is not an exporter; did you mean agent-adherence-attribute-detail?',
  ],
  [
    "a parameter that is not declared",
    EXPORT_PARAMETERS,
    'parameters: { timeFormat: "24", color: blue }',
    "49:44 exports.details.parameters.color: agent-adherence-attribute-detail has no parameter color; it takes timeFormat, dateFormat, mood",
  ],
  [
    "a format that is not declared",
    "exporter: agent-adherence-attribute-detail\n    parameters",
    "exporter: agent-adherence-attribute-detail\n    outputFormat: XML\n    parameters",
    "49:19 exports.details.outputFormat: agent-adherence-attribute-detail does not support XML; use PIPE or JSON",
  ],
];

describe("the problems of a configured exporter", () => {
  it.each(ROWS)("reports %s at its position", (_title, from, to, ...problems) => {
    expect(problemsOf(changed(from, to, CONFIGURED))).toEqual(problems.map((problem) => `nightferry.yaml:${problem}`));
  });
});

describe("reading only the exporters", () => {
  it("ignores missing secrets and problems elsewhere", () => {
    const loaded = loadExporters("nightferry.yaml", changed("customerId: 1", "customerId: one", CONFIGURED));
    expect(loaded.ok && [...loaded.value.keys()]).toEqual(["agent-adherence-attribute-detail"]);
  });

  it("reports the problems of the exporters", () => {
    const loaded = loadExporters(
      "nightferry.yaml",
      changed("    title:", "    titel:", changed("customerId: 1", "customerId: one", CONFIGURED)),
    );
    expect(loaded.ok ? [] : loaded.error.map(formatProblem)).toEqual([
      "nightferry.yaml:21:5 exporters.agent-adherence-attribute-detail.titel: unknown key; did you mean title?",
    ]);
  });

  it("reports YAML errors", () => {
    const loaded = loadExporters("nightferry.yaml", "exporters: [\n");
    expect(loaded.ok ? [] : loaded.error).toHaveLength(1);
  });
});
