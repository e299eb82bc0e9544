import { EXPORTERS, type ExporterDefinition } from "../core/exporters/built-in-exporters.ts";
import { HOUR_MS, MINUTE_MS } from "../core/base/clock.ts";
import { createDataShape, type DataShape, type DataShapeOptions } from "./data-shape.ts";
import { type Faults, parseFaults } from "./faults.ts";

export interface SimulatedUser {
  readonly customerId: number;
  readonly userName: string;
  readonly password: string;
}

export interface SimulatorOptions extends DataShapeOptions {
  /** Default: customerId 1, user demo, password demo. */
  readonly users?: readonly SimulatedUser[];
  /** How many jobs run concurrently. Other jobs wait. Default: 4. */
  readonly maxRunning?: number;
  /** How long a job runs, in simulated time. Default: between 300 and 1500 ms, depending on the job. */
  readonly runMs?: number;
  /** How long a result is kept after its completion. The job is listed for twice as long. Default: 24 hours. */
  readonly retentionMs?: number;
  /** Simulated milliseconds per real one. */
  readonly clockSpeed?: number;
  /** Replaces the real time, in milliseconds since 1970. Used by tests. */
  readonly now?: () => number;
  /** `false` disables compression of results. Default: level 1. */
  readonly gzip?: { readonly level: number } | false;
  /** A session ends after this time without a request, in simulated time. Default: 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Exporters in addition to the built-in ones. */
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

export function resolveSettings(options: SimulatorOptions): Settings {
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

/** Throws if the text is invalid, because faults in code are not user input. */
export function toFaults(given: Faults | string): Faults {
  if (typeof given !== "string") return given;
  const parsed = parseFaults(given);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
