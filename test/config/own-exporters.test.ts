import { describe, expect, it } from "vitest";
import { loadExporters } from "../../src/config/load-config.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { changed } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

/** The base with an exporter of its own, from line 19 on, and an export of it. */
const OWN = `${changed(
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

const OWN_PARAMETERS = 'parameters: { timeFormat: "24", mood: 1 }';

const RULES = "    parameters: { timeFormat: required, dateFormat: { required: [PIPE], optional: [JSON] }, mood: optional }\n";

describe("an exporter that the catalog lacks", () => {
  it("is described by slug, selector and formats", () => {
    const loaded = loadText(OWN);
    expect(loaded.ok && loaded.value.exporters.get("agent-adherence-attribute-detail")).toEqual({
      slug: "agent-adherence-attribute-detail",
      title: "Agent Adherence by Attribute Detail",
      selector: "management-units",
      formats: ["PIPE", "JSON"],
      formatOptionalForJson: false,
      isCutByDate: false,
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

  it("lets any parameter through when it describes none, and nothing is filled in", () => {
    const withParameters = (parameters: string) => changed(OWN_PARAMETERS, parameters, changed(RULES, "", OWN));
    const loaded = loadText(withParameters("parameters: { timeFormat: 24, mood: [1] }"));
    expect(loaded.ok && loaded.value.exports.get("details")?.parameters).toEqual({ timeFormat: 24, mood: [1] });
    const bare = loadText(withParameters("parameters: {}"));
    expect(bare.ok && bare.value.exports.get("details")?.parameters).toEqual({});
    expect(problemsOf(withParameters("parameters: { muIds: [1] }"))).toEqual([
      expect.stringContaining("muIds is no parameter: the export's select says what it is"),
    ]);
  });

  it("may have its rows cut by date", () => {
    const loaded = loadText(changed(RULES, "    cutByDate: true\n", OWN));
    expect(loaded.ok && loaded.value.exporters.get("agent-adherence-attribute-detail")).toMatchObject({
      isCutByDate: true,
      takesAnyParameter: true,
    });
  });

  it.each([
    ["contact-types", { ctIds: "all" }],
    ["time-off-groups", { timeOff: { allTimeOffGroups: {} } }],
  ])("selects by %s, everything unless told otherwise", (selector, select) => {
    const loaded = loadText(changed("selector: management-units", `selector: ${selector}`, OWN));
    expect(loaded.ok && loaded.value.exports.get("details")?.select).toEqual(select);
  });
});

/** The mistake, what it replaces, what stands there instead, and the problems it makes. */
const MISTAKES: readonly (readonly [title: string, from: string, to: string, ...problems: string[]])[] = [
  [
    "a slug of the catalog",
    "  agent-adherence-attribute-detail:\n    title",
    "  mu-opens: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.mu-opens: is in Nightferry's own catalog; leave it out, and use it as it is",
  ],
  [
    "an address of WFM's own",
    "  agent-adherence-attribute-detail:\n    title",
    "  status: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.status: cannot be an exporter's slug: WFM uses it for something else",
  ],
  [
    "a slug with capitals",
    "  agent-adherence-attribute-detail:\n    title",
    "  Moods: { selector: management-units, formats: [XML] }\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.Moods: is not a name; write up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
  ],
  [
    "an unknown key",
    "    title:",
    "    titel:",
    "21:5 exporters.agent-adherence-attribute-detail.titel: is not known here; did you mean title?",
  ],
  [
    "an unknown selector, which hides nothing below",
    "selector: management-units\n    formats: [PIPE, JSON]",
    "selector: muIds\n    formats: [PIPE, CSV]",
    '22:15 exporters.agent-adherence-attribute-detail.selector: "muIds" is not a way to select; known here: management-units, contact-types, time-off-groups',
    '23:21 exporters.agent-adherence-attribute-detail.formats[1]: "CSV" is not an output format; known here: JSON, PIPE, XML',
  ],
  [
    "nothing but a slug",
    "  agent-adherence-attribute-detail:\n    title",
    "  moods: {}\n  agent-adherence-attribute-detail:\n    title",
    "20:3 exporters.moods.selector: is missing; write one of management-units, contact-types, time-off-groups",
    "20:3 exporters.moods.formats: is missing; write a list of JSON, PIPE and XML",
  ],
  [
    "a format twice",
    "[PIPE, JSON]",
    "[PIPE, JSON, PIPE]",
    '23:27 exporters.agent-adherence-attribute-detail.formats[2]: "PIPE" is listed twice; keep one',
  ],
  [
    "a rule that is none",
    "mood: optional",
    "mood: sometimes",
    "24:99 exporters.agent-adherence-attribute-detail.parameters.mood: is a text; write required, optional, or the formats it is for: { required: [PIPE], optional: [JSON] }",
  ],
  [
    "a rule that says nothing",
    "mood: optional",
    "mood: {}",
    "24:93 exporters.agent-adherence-attribute-detail.parameters.mood: says nothing; write required, optional, or the formats it is for",
  ],
  [
    "a rule for a format that it does not write",
    "mood: optional",
    "mood: { optional: [XML] }",
    "24:112 exporters.agent-adherence-attribute-detail.parameters.mood.optional[0]: the exporter does not write XML; its formats are PIPE and JSON",
  ],
  [
    "a rule that contradicts itself",
    "mood: optional",
    "mood: { required: [JSON], optional: [JSON] }",
    "24:130 exporters.agent-adherence-attribute-detail.parameters.mood.optional[0]: JSON is listed under required too; keep one",
  ],
  [
    "a parameter that the export itself says",
    "mood: optional",
    "startDate: required",
    "24:93 exporters.agent-adherence-attribute-detail.parameters.startDate: is no parameter: the export's own window, select and outputFormat say it",
  ],
  [
    "a list of exporters, which makes their exports no mistakes",
    "exporters:\n",
    "exporters: []\nexporter:\n",
    "19:12 exporters: is a list; write exporters by slug, or leave it out",
    "20:1 exporter: is not known here; did you mean exporters?",
  ],
  [
    "an export of an exporter that nobody describes",
    "exporter: agent-adherence-attribute-detail",
    "exporter: horoscope",
    '48:15 exports.details.exporter: "horoscope" is not an exporter; known here: agent-activity-and-schedules, agent-activity-detail, agent-activity-summary, agent-adherence-attribute-summary, agent-adherence-detail, agent-adherence-summary, agent-export, agent-info, agent-results-detail, agent-results-summary, agent-schedule-detail, agent-schedule-summary, agent-vacation-summary, ct-active-forecast, ct-queue-data, ct-results, mu-forecast, mu-opens, mu-results, agent-adherence-attribute-detail; any other one is described under exporters',
  ],
  [
    "a misspelled exporter of the file's own",
    "exporter: agent-adherence-attribute-detail",
    "exporter: agent-adherence-attribut-detail",
    '48:15 exports.details.exporter: "agent-adherence-attribut-detail" is not an exporter; did you mean agent-adherence-attribute-detail?',
  ],
  [
    "a parameter that its description does not have",
    OWN_PARAMETERS,
    'parameters: { timeFormat: "24", colour: blue }',
    "49:45 exports.details.parameters.colour: agent-adherence-attribute-detail has no parameter colour; it takes timeFormat, dateFormat, mood",
  ],
  [
    "a format that it does not write",
    "exporter: agent-adherence-attribute-detail\n    parameters",
    "exporter: agent-adherence-attribute-detail\n    outputFormat: XML\n    parameters",
    "49:19 exports.details.outputFormat: agent-adherence-attribute-detail does not write XML; write PIPE or JSON",
  ],
];

describe("what is wrong with an exporter of one's own", () => {
  it.each(MISTAKES)("%s is reported where it stands", (_title, from, to, ...problems) => {
    expect(problemsOf(changed(from, to, OWN))).toEqual(problems.map((problem) => `nightferry.yaml:${problem}`));
  });
});

describe("reading the exporters alone", () => {
  it("minds neither the secrets nor what is wrong elsewhere", () => {
    const own = loadExporters("nightferry.yaml", changed("customerId: 1", "customerId: one", OWN));
    expect(own.ok && [...own.value.keys()]).toEqual(["agent-adherence-attribute-detail"]);
  });

  it("tells what is wrong with them", () => {
    const own = loadExporters("nightferry.yaml", changed("    title:", "    titel:", changed("customerId: 1", "customerId: one", OWN)));
    expect(own.ok ? [] : own.error.map(formatProblem)).toEqual([
      "nightferry.yaml:21:5 exporters.agent-adherence-attribute-detail.titel: is not known here; did you mean title?",
    ]);
  });

  it("tells what makes the file unreadable", () => {
    const own = loadExporters("nightferry.yaml", "exporters: [\n");
    expect(own.ok ? [] : own.error).toHaveLength(1);
  });
});
