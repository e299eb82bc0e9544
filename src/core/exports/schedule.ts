/** When an export is due: a cron expression of five fields, in the local time of `timeZone`. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

/** What to do about scheduled times that passed while no process ran. */
export type CatchUp = "all" | "latest" | "none";
