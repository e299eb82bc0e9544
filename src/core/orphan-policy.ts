/** What to do with results on the server that no row of ours claims. */
export type OrphanPolicy = "rescue" | "report" | "ignore";
