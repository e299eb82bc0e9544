import type { ExportDefinition } from "../core/export-definition.ts";
import type { Failure } from "../core/failure.ts";
import { type Resolution, describeUnmatched, kindsNeeded, planJobs, resolveEntities } from "../core/plan-jobs.ts";
import { mostUnits } from "../core/learned-size.ts";
import { type Result, err, ok } from "../core/result.ts";
import type { System } from "../core/outage.ts";
import { SUBMIT_RETRY } from "../core/retry-policy.ts";
import { compareSelections, describeSelectionChange } from "../core/selection-change.ts";
import type { Run } from "../core/run.ts";
import { admitJobs } from "./admit-jobs.ts";
import { askPassage } from "./ask-passage.ts";
import { mayCutDefinition } from "./split-job.ts";
import type { Ports } from "./ports.ts";
import { jobRetryAt, reportFailure, reportSuccess } from "./report-outcome.ts";

type PlanPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

/** Asks WFM what the run's selection comes to now, and gives the run its jobs. What cannot be planned now is planned later. */
export async function planRun(ports: PlanPorts, run: Run, signal?: AbortSignal): Promise<Result<void, Failure>> {
  const definition = ports.catalog.findExport(run.exportName);
  if (!definition) {
    return await postpone(ports, run, {
      reason: "nothing-selected",
      exportName: run.exportName,
      detail: "the configuration no longer has it",
    });
  }
  const resolved = await resolveNow(ports, definition, signal);
  if (!resolved.ok) return await postpone(ports, run, resolved.error);
  const { selection, unmatched } = resolved.value;
  const before = await ports.stores.runs.latestSelection(run.exportName);
  const change = before && compareSelections(before, selection);
  const jobs = planJobs(run, definition, {
    selection,
    mostUnits: mostUnits(await ports.stores.exports.size(run.exportName)),
    mayCutByDate: mayCutDefinition(ports.catalog, definition),
    newId: ports.newId,
    now: ports.clock.now(),
  });
  if (await ports.stores.runs.plan(run, { selection, selectionChange: change }, jobs)) {
    ports.emit({ event: "run.planned", runId: run.id, export: run.exportName, jobs: jobs.length });
    if (unmatched.length > 0) {
      ports.emit({ event: "run.names-unmatched", runId: run.id, export: run.exportName, detail: describeUnmatched(unmatched) });
    }
    if (change) {
      const words = describeSelectionChange(change);
      ports.emit({ event: "run.selection-changed", runId: run.id, export: run.exportName, change: words });
    }
    await admitJobs(ports, definition.connection);
  }
  return ok(undefined);
}

/** Plans every run that waits for it, and whose WFM answers. */
export async function planWaitingRuns(ports: PlanPorts, signal?: AbortSignal): Promise<void> {
  for (const run of await ports.stores.runs.listUnplanned(ports.clock.now(), 100)) {
    if (signal?.aborted) return;
    const systems = systemsOf(ports.catalog.findExport(run.exportName));
    const passage = await askPassage(ports, systems);
    if (!passage) continue;
    const planned = await planRun(ports, run, signal);
    if (planned.ok) await reportSuccess(ports, passage);
    else await reportFailure(ports, systems, planned.error);
  }
}

function systemsOf(definition: ExportDefinition | null): System[] {
  return definition && kindsNeeded(definition.select).length > 0 ? [{ kind: "connection", name: definition.connection }] : [];
}

/** What an export's selection comes to with the entities that its login may view now. */
export async function resolveNow(
  ports: Pick<Ports, "findSmartSync">,
  definition: ExportDefinition,
  signal?: AbortSignal,
): Promise<Result<Resolution, Failure>> {
  const kinds = kindsNeeded(definition.select);
  if (kinds.length === 0) return resolveEntities(definition, []);
  const client = ports.findSmartSync(definition.connection);
  if (!client) return err({ reason: "connection-unknown", connection: definition.connection });
  const entities = await client.listEntities(kinds, signal);
  return entities.ok ? resolveEntities(definition, entities.value) : entities;
}

async function postpone(ports: PlanPorts, run: Run, failure: Failure): Promise<Result<void, Failure>> {
  const until = jobRetryAt(ports, { policy: SUBMIT_RETRY, attempt: run.planning.attempt, failure });
  if (await ports.stores.runs.postponePlanning(run, until, failure)) {
    ports.emit({ event: "run.postponed", runId: run.id, export: run.exportName, failure, until });
  }
  return err(failure);
}
