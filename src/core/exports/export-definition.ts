import type { OutputFormat } from "../exporters/built-in-exporters.ts";
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
  /** The concurrency limit: how many jobs may be in flight on the server at once. */
  readonly maxConcurrentJobs: number;
  /** What to do with finished jobs of this login that none of our runs requested. */
  readonly orphans: OrphanPolicy;
  /** Changes when the configuration of the login changes. The password cannot be derived from it. */
  readonly loginVersion: string;
}

/** Entities by name, where `*` matches any characters: all of the kind unless `names` is set, without those that `except` lists. */
export interface NamedEntities {
  readonly names?: readonly string[];
  /** Names and ids. */
  readonly except?: readonly (string | number)[];
}

/** Which entities of a kind an export requests. */
export type EntitySelection = "all" | readonly number[] | NamedEntities;

/** How a vacation export selects. */
export type TimeOffSelection =
  | { readonly allTimeOffGroups: { readonly includeAllTimeOffRules?: boolean } }
  | { readonly timeOffGroupList: readonly { readonly timeOffGroup: number; readonly timeOffRules: readonly string[] }[] };

export interface Selection {
  readonly muIds?: EntitySelection;
  readonly buIds?: EntitySelection;
  readonly ctIds?: EntitySelection;
  readonly timeOff?: TimeOffSelection;
}

export type ArtifactFormat = "raw";

/** `date`: one job per business date; `interval`: one job for the whole interval. */
export type PartitionBy = "date" | "interval";

/** What a user configures: exporter, selection, window, schedule, destination. */
export interface ExportDefinition {
  readonly name: string;
  readonly connection: string;
  readonly exporter: string;
  /** `null`: the export is never due by itself; it is run by hand. */
  readonly schedule: Schedule | null;
  readonly timeZone: string;
  readonly window: Window;
  readonly select: Selection;
  readonly outputFormat: OutputFormat;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly destination: string;
  readonly formats: readonly ArtifactFormat[];
  readonly catchUp: CatchUp;
  readonly partition: PartitionBy;
  /** What to do when WFM refuses some of the entities: fail, or continue with the rest and end as partial. */
  readonly onForbidden: "fail" | "skip";
}
