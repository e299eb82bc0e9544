/** What to do with results on the server that no row of ours claims. `config` sets the default. */
export type OrphanPolicy = "all" | "report" | "ignore";

/** Whether a connection is polled now and then even when none of our jobs is in flight. */
export function isPolledForOrphans(connection: { readonly orphans: OrphanPolicy } | null): boolean {
  return connection !== null && connection.orphans !== "ignore";
}
