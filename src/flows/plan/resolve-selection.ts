import type { Failure } from "../../core/base/failure.ts";
import { type Result, err } from "../../core/base/result.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import { type Resolution, kindsNeeded, resolveEntities } from "../../core/plan/plan-jobs.ts";
import type { Ports } from "../ports/ports.ts";

/** Resolves an export's selection against the entities that its login may view now. */
export async function resolveSelection(
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
