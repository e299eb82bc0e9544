import type { Run } from "../core/jobs/run.ts";
import { toNullableJson } from "./json-columns.ts";

export function runToRow(run: Run) {
  return {
    id: run.id,
    exportName: run.exportName,
    fromDate: run.interval.from,
    toDate: run.interval.to,
    generation: run.generation,
    trigger: run.trigger,
    scheduledAt: run.scheduledAt,
    createdAt: run.createdAt,
    selection: toNullableJson(run.selection),
    selectionChange: toNullableJson(run.selectionChange),
    planningFailedAttempts: run.planning.failedAttempts,
    planningNotBefore: run.planning.notBefore,
    planningFailure: toNullableJson(run.planning.lastFailure),
    outcome: run.outcome,
    finishedAt: run.finishedAt,
  };
}
