import { Prisma } from "./generated/client.ts";

/** A select list for the table `runs` under the alias `r`, with the names that Prisma gives the columns. */
export const RUN_COLUMNS = Prisma.raw(
  [
    ["id", "id"],
    ["export", "exportName"],
    ["from_date", "fromDate"],
    ["to_date", "toDate"],
    ["generation", "generation"],
    ["trigger", "trigger"],
    ["scheduled_at", "scheduledAt"],
    ["created_at", "createdAt"],
    ["selection", "selection"],
    ["selection_change", "selectionChange"],
    ["planning_failed_attempts", "planningFailedAttempts"],
    ["planning_not_before", "planningNotBefore"],
    ["planning_failure", "planningFailure"],
    ["outcome", "outcome"],
    ["finished_at", "finishedAt"],
  ]
    .map(([column, field]) => `r.${column} AS "${field}"`)
    .join(", "),
);
