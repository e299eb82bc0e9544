import type { Run } from "../core/run.ts";
import { toNullableJson } from "./json-columns.ts";

export function runToRow(run: Run) {
  return {
    id: run.id,
    exportName: run.exportName,
    fromDate: run.interval.from,
    toDate: run.interval.to,
    generation: run.generation,
    trigger: run.trigger,
    slotAt: run.slotAt,
    createdAt: run.createdAt,
    selection: toNullableJson(run.selection),
    selectionChange: toNullableJson(run.selectionChange),
    planningAttempt: run.planning.attempt,
    planningNotBefore: run.planning.notBefore,
    planningFailure: toNullableJson(run.planning.lastFailure),
    outcome: run.outcome,
    finishedAt: run.finishedAt,
  };
}
