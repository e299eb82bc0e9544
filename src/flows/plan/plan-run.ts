import type { Failure } from "../../core/base/failure.ts";
import { type Dependency, longestOpen } from "../../core/breakers/circuit-breaker.ts";
import { SUBMIT_RETRY } from "../../core/breakers/retry-policy.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import { compareSelections, describeSelectionChange } from "../../core/exports/selection-change.ts";
import type { Run } from "../../core/jobs/run.ts";
import type { ClaimedRun } from "../../core/persistence/run-repository.ts";
import { mostCells } from "../../core/plan/learned-size.ts";
import { type Resolution, describeUnmatched, kindsNeeded, planJobs } from "../../core/plan/plan-jobs.ts";
import { recordFailure, recordSuccess, retryJobAt } from "../breakers/record-outcome.ts";
import { requestPermit } from "../breakers/request-permit.ts";
import type { Ports } from "../ports/ports.ts";
import { resolveSelection } from "./resolve-selection.ts";
import { maySplitDefinition } from "./split-job.ts";

export type PlanPorts = Pick<Ports, "repositories" | "wakeUps" | "registry" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

/** A planner that dies holds its run no longer than this. */
const CLAIM_MS = 60_000;

/** Plans one run: the named one, or the oldest. `false`: there is nothing to plan. */
export async function planNextRun(ports: PlanPorts, id: string | null, signal?: AbortSignal): Promise<boolean> {
  const now = ports.clock.now();
  const claimed = await ports.repositories.runs.claimUnplanned({ id, now, until: new Date(now.getTime() + CLAIM_MS) });
  if (!claimed) return false;
  const definition = ports.registry.findExport(claimed.run.exportName);
  if (!definition) {
    const detail = "the configuration no longer has it; put it back, or end the run with nightferry cancel";
    await postpone(ports, claimed.run, { reason: "nothing-selected", exportName: claimed.run.exportName, detail });
    return true;
  }
  await planWithPermit(ports, { claimed, definition }, signal);
  return true;
}

interface Planning {
  readonly claimed: ClaimedRun;
  readonly definition: ExportDefinition;
}

async function planWithPermit(ports: PlanPorts, planning: Planning, signal?: AbortSignal): Promise<void> {
  const { run } = planning.claimed;
  const dependencies = dependenciesOf(planning.definition);
  const permit = await requestPermit(ports, dependencies);
  if (!permit) {
    const breaker = longestOpen(await ports.repositories.breakers.list(), dependencies);
    if (breaker) await postponeUntil(ports, run, { failure: breaker.lastFailure, until: breaker.retryAt });
    return;
  }
  const resolved = await resolveSelection(ports, planning.definition, signal);
  if (resolved.ok) {
    await recordSuccess(ports, permit);
    await plan(ports, planning, resolved.value);
  } else {
    await recordFailure(ports, dependencies, resolved.error);
    await postpone(ports, run, resolved.error);
  }
}

/** Only names have to be looked up in WFM. */
function dependenciesOf(definition: ExportDefinition): Dependency[] {
  return kindsNeeded(definition.select).length > 0 ? [{ kind: "connection", name: definition.connection }] : [];
}

async function plan(ports: PlanPorts, { claimed, definition }: Planning, { selection, unmatched }: Resolution): Promise<void> {
  const { run, size, previousSelection } = claimed;
  const change = previousSelection && compareSelections(previousSelection, selection);
  const jobs = planJobs(run, definition, {
    selection,
    mostCells: mostCells(size),
    maySplitByDate: maySplitDefinition(ports.registry, definition),
    newId: ports.newId,
    now: ports.clock.now(),
  });
  if (!(await ports.repositories.runs.plan(run, { selection, selectionChange: change }, jobs))) return;
  const about = { runId: run.id, export: run.exportName };
  ports.emit({ event: "run.planned", ...about, jobs: jobs.length });
  if (unmatched.length > 0) ports.emit({ event: "run.names-unmatched", ...about, detail: describeUnmatched(unmatched) });
  if (change) ports.emit({ event: "run.selection-changed", ...about, change: describeSelectionChange(change) });
  ports.wakeUps.send([{ role: "submit", id: null }]);
}

async function postpone(ports: PlanPorts, run: Run, failure: Failure): Promise<void> {
  const until = retryJobAt(ports, { policy: SUBMIT_RETRY, failedAttempts: run.planning.failedAttempts, failure });
  await postponeUntil(ports, run, { failure, until });
}

async function postponeUntil(
  ports: PlanPorts,
  run: Run,
  { failure, until }: { readonly failure: Failure; readonly until: Date },
): Promise<void> {
  if (!(await ports.repositories.runs.postponePlanning(run, until, failure))) return;
  ports.emit({ event: "run.postponed", runId: run.id, export: run.exportName, failure, until });
  const delayMs = Math.max(0, until.getTime() - ports.clock.now().getTime());
  ports.wakeUps.send([{ role: "submit", id: run.id }], { delayMs });
}
