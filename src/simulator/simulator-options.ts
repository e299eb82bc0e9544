import { EXPORTERS, type ExporterDefinition } from "../core/exporter-catalog.ts";
import { HOUR_MS, MINUTE_MS } from "../core/clock.ts";
import { createDataShape, type DataShape, type DataShapeOptions } from "./data-shape.ts";
import { type Faults, parseFaults } from "./faults.ts";

export interface SimulatedUser {
  readonly customerId: number;
  readonly userName: string;
  readonly password: string;
}

export interface SimulatorOptions extends DataShapeOptions {
  /** customerId 1, user demo, password demo, unless given. */
  readonly users?: readonly SimulatedUser[];
  /** How many jobs run at once; the others wait their turn. */
  readonly maxRunning?: number;
  /** How long a job runs, in simulated time; a job's own 300 to 1500 ms without it. */
  readonly runMs?: number;
  /** How long after its completion a result is kept; the job leaves the lists after twice that. 24 hours unless given. */
  readonly retentionMs?: number;
  /** Simulated milliseconds per real one. */
  readonly clockSpeed?: number;
  /** The real time in milliseconds since 1970, for tests that own it. */
  readonly now?: () => number;
  /** `false`: results are never packed. */
  readonly gzip?: { readonly level: number } | false;
  /** A session ends after so long without a call; 30 minutes of simulated time unless given. */
  readonly sessionIdleMs?: number;
  /** Exporters that it knows besides those of the catalog. */
  readonly exporters?: readonly ExporterDefinition[];
  readonly faults?: Faults | string;
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
}

export interface Settings {
  readonly users: readonly SimulatedUser[];
  readonly shape: DataShape;
  readonly maxRunning: number;
  readonly runMs: number | null;
  readonly retentionMs: number;
  readonly gzipLevel: number | null;
  readonly sessionIdleMs: number;
  readonly exporters: ReadonlyMap<string, ExporterDefinition>;
}

export function completeSettings(options: SimulatorOptions): Settings {
  return {
    users: options.users ?? [{ customerId: 1, userName: "demo", password: "demo" }],
    shape: createDataShape(options),
    maxRunning: options.maxRunning ?? 4,
    runMs: options.runMs ?? null,
    retentionMs: options.retentionMs ?? 24 * HOUR_MS,
    gzipLevel: options.gzip === false ? null : (options.gzip?.level ?? 1),
    sessionIdleMs: options.sessionIdleMs ?? 30 * MINUTE_MS,
    exporters: new Map([...EXPORTERS, ...(options.exporters ?? [])].map((exporter) => [exporter.slug, exporter])),
  };
}

/** Faults given by a program are right, or the program is wrong. */
export function faultsFrom(given: Faults | string): Faults {
  if (typeof given !== "string") return given;
  const parsed = parseFaults(given);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
