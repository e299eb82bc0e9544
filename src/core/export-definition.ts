import type { OutputFormat } from "./exporter-catalog.ts";
import type { OrphanPolicy } from "./orphan-policy.ts";
import type { CatchUp, Schedule } from "./schedule.ts";
import type { Window } from "./window.ts";

/** One login to one WFM tenant, without its secrets. */
export interface ConnectionDefinition {
  readonly name: string;
  readonly url: string;
  readonly customerId: number;
  readonly locale: string;
  readonly timeZone: string;
  /** The budget: how many jobs may be alive on the server at once. */
  readonly maxConcurrentJobs: number;
  /** What to do with finished jobs of this login that nobody here asked for. */
  readonly orphans: OrphanPolicy;
  /** Changes whenever what decides about the login is written differently. It tells nothing about the password. */
  readonly loginVersion: string;
}

/** Entities by name, where `*` stands for any characters: all of the kind unless `names` is set, and none that `except` names. */
export interface NamedEntities {
  readonly names?: readonly string[];
  /** Names and ids. */
  readonly except?: readonly (string | number)[];
}

/** Which entities of a kind an export asks for. */
export type EntitySelection = "all" | readonly number[] | NamedEntities;

/** A vacation export's own way of selecting. */
export type TimeOffSelection =
  | { readonly allTimeOffGroups: { readonly includeAllTimeOffRules?: boolean } }
  | { readonly timeOffGroupList: readonly { readonly timeOffGroup: number; readonly timeOffRules: readonly string[] }[] };

export interface Selection {
  readonly muIds?: EntitySelection;
  readonly buIds?: EntitySelection;
  readonly ctIds?: EntitySelection;
  readonly timeOff?: TimeOffSelection;
}

export type ArtifactFormat = "raw" | "ndjson" | "parquet";

/** `date`: one job per business date; `interval`: one job for the whole interval. */
export type Partition = "date" | "interval";

/** What a user configures: exporter, selection, window, schedule, destination. */
export interface ExportDefinition {
  readonly name: string;
  readonly connection: string;
  readonly exporter: string;
  /** `null`: never due by itself; it is run by hand. */
  readonly schedule: Schedule | null;
  readonly timeZone: string;
  readonly window: Window;
  readonly select: Selection;
  readonly outputFormat: OutputFormat;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly destination: string;
  readonly formats: readonly ArtifactFormat[];
  readonly catchUp: CatchUp;
  readonly partition: Partition;
  /** What to do when WFM refuses some of the entities: end as failed, or go on with the rest and end as partial. */
  readonly onForbidden: "fail" | "skip";
}
