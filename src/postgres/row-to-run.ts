import type { RunId } from "../core/base/ids.ts";
import { RUN_OUTCOMES, type Run, TRIGGERS } from "../core/jobs/run.ts";
import type { Run as RunRow } from "./generated/client.ts";
import { readFailure, readSelection, readSelectionChange } from "./json-columns.ts";
import { readInterval, readWord } from "./read-column.ts";

export function rowToRun(row: RunRow): Run {
  const place = { table: "runs", id: row.id };
  return {
    id: row.id as RunId,
    exportName: row.exportName,
    interval: readInterval(place, row),
    generation: row.generation,
    trigger: readWord(place, "trigger", { value: row.trigger, words: TRIGGERS }),
    scheduledAt: row.scheduledAt,
    createdAt: row.createdAt,
    selection: row.selection === null ? null : readSelection(place, row.selection),
    selectionChange: row.selectionChange === null ? null : readSelectionChange(place, row.selectionChange),
    planning: {
      failedAttempts: row.planningFailedAttempts,
      notBefore: row.planningNotBefore,
      lastFailure: row.planningFailure === null ? null : readFailure(place, "planning_failure", row.planningFailure),
    },
    outcome: readWord(place, "outcome", { value: row.outcome, words: RUN_OUTCOMES }),
    finishedAt: row.finishedAt,
  };
}
