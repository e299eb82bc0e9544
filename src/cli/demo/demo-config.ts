import { EXPORTERS, type ExporterDefinition } from "../../core/exporters/built-in-exporters.ts";

export interface DemoPlaces {
  readonly wfmUrl: string;
  /** The destination, as a user would write it in the configuration file. */
  readonly destination: Readonly<Record<string, unknown>>;
}

/** The demo's configuration: what a user would write to archive all 19 exports of one connection every night. */
export function demoConfiguration({ wfmUrl, destination }: DemoPlaces): Readonly<Record<string, unknown>> {
  return {
    version: 1,
    connections: {
      demo: {
        url: wfmUrl,
        customerId: 1,
        userName: "${env:DEMO_WFM_USER}",
        password: "${env:DEMO_WFM_PASSWORD}",
        timeZone: "America/Chicago",
        maxConcurrentJobs: 6,
      },
    },
    destinations: { lake: destination },
    exports: Object.fromEntries(EXPORTERS.map((exporter) => [exporter.slug, demoExport(exporter)])),
  };
}

function demoExport(exporter: ExporterDefinition): Readonly<Record<string, unknown>> {
  const parameters = {
    ...("timeFormat" in exporter.parameters ? { timeFormat: "24" } : {}),
    ...("recordType" in exporter.parameters ? { recordType: "changedAgent" } : {}),
  };
  return {
    connection: "demo",
    exporter: exporter.slug,
    schedule: "30 1 * * *",
    window: { from: "-1d", to: "-1d" },
    select: selectAll(exporter),
    outputFormat: "JSON",
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    destination: "lake",
  };
}

function selectAll({ selector }: ExporterDefinition): Readonly<Record<string, unknown>> {
  switch (selector) {
    case "management-units":
      return { muIds: "all" };
    case "contact-types":
      return { ctIds: "all" };
    case "time-off-groups":
      return { allTimeOffGroups: { includeAllTimeOffRules: true } };
    default:
      return selector satisfies never;
  }
}
