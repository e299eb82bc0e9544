import { entitiesOf } from "./simulated-wfm.ts";
import type { Registry } from "../../src/core/ports/registry.ts";
import type { Entity } from "../../src/core/exports/entity.ts";
import type { ConnectionDefinition, ExportDefinition } from "../../src/core/exports/export-definition.ts";
import { findExporter } from "../../src/core/exporters/built-in-exporters.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import type { Random } from "./random.ts";

/** What the simulated operator has configured. */
export interface Configuration {
  readonly connections: readonly ConnectionDefinition[];
  readonly exports: readonly ExportDefinition[];
  readonly registry: Registry;
  readonly entitiesOf: (connection: string) => readonly Entity[];
  readonly cellsOf: (exportName: string) => number;
}

const EXPORTERS = [
  "agent-schedule-detail",
  "agent-activity-detail",
  "agent-results-detail",
  "mu-results",
  "agent-adherence-detail",
] as const;
const ENTITIES = 4;
const EXPORTS_EACH = 25;

/** Exports of every shape: chosen by ids and by names, a partition each date and each interval, one date and three. */
export function drawConfiguration(random: Random, count: number): Configuration {
  const names = Array.from(
    { length: Math.ceil(count / EXPORTS_EACH) },
    (_, index) => ["acme", "globex", "initech"][index] ?? `tenant-${index}`,
  );
  const connections = names.map((name) =>
    buildConnection({ name, maxConcurrentJobs: count > 10 ? random.whole(4, 12) : random.whole(1, 4) }),
  );
  const entities = Array.from({ length: count }, (_, index) => entitiesOf(index, ENTITIES));
  const exports = Array.from({ length: count }, (_, index) => {
    const ids = entities[index]?.map(({ id }) => id) ?? [];
    return buildExport({
      name: `export-${String(index).padStart(2, "0")}`,
      connection: names[index % names.length] ?? "acme",
      exporter: random.pick(EXPORTERS),
      select: { muIds: random.chance(0.5) ? ids : { names: [`Team ${String(index).padStart(2, "0")} *`] } },
      window: random.chance(0.8) ? { fromDays: -1, toDays: -1 } : { fromDays: -3, toDays: -1 },
      partition: random.chance(0.6) ? "date" : "interval",
      onForbidden: random.chance(0.5) ? "skip" : "fail",
    });
  });
  const ofConnection = (name: string) => exports.flatMap((one, index) => (one.connection === name ? (entities[index] ?? []) : []));
  return {
    connections,
    exports,
    registry: {
      exports: () => exports,
      findExport: (name) => exports.find((definition) => definition.name === name) ?? null,
      findExporter,
      findConnection: (name) => connections.find((connection) => connection.name === name) ?? null,
    },
    entitiesOf: ofConnection,
    cellsOf: () => ENTITIES,
  };
}
