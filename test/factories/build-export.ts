import type { ConnectionDefinition, ExportDefinition } from "../../src/core/exports/export-definition.ts";

export function buildConnection(overrides: Partial<ConnectionDefinition> = {}): ConnectionDefinition {
  return {
    name: "acme",
    url: "https://wfm.example.com",
    customerId: 1,
    locale: "en_US",
    timeZone: "America/Chicago",
    maxConcurrentJobs: 4,
    orphans: "all",
    loginVersion: "1",
    ...overrides,
  };
}

export function buildExport(overrides: Partial<ExportDefinition> = {}): ExportDefinition {
  return {
    name: "schedules",
    connection: "acme",
    exporter: "agent-schedule-detail",
    schedule: { cron: "30 1 * * *", timeZone: "America/Chicago" },
    timeZone: "America/Chicago",
    window: { fromDays: -1, toDays: -1 },
    select: { muIds: "all" },
    outputFormat: "JSON",
    parameters: { timeFormat: "24" },
    destination: "lake",
    formats: ["raw"],
    catchUp: "all",
    partition: "date",
    onForbidden: "fail",
    ...overrides,
  };
}
