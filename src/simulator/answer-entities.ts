import type { EntityKind } from "../core/exports/entity.ts";
import { sendError, sendJson, VALIDATION_FAILED } from "./send-response.ts";
import { describeEntities } from "./describe-entities.ts";
import type { Tenant, UserExchange } from "./exchange.ts";
import { forbiddenIds } from "./permissions.ts";

const KINDS: readonly EntityKind[] = ["ct", "mu", "eg", "bu"];

/** Answers with all active entities of the requested kinds. Ignores `timestamp` and unknown kinds. */
export function answerEntities(tenant: Tenant, { response, query, faults }: UserExchange): void {
  const entityType = query.get("entityType");
  if (!entityType) return sendError(response, 400, VALIDATION_FAILED, ["Missing required query parameter: 'entityType'"]);
  tenant.stats.entities += 1;
  const requested = new Set(entityType.split(","));
  const kinds = new Set(KINDS.filter((kind) => requested.has(kind) && !(kind === "bu" && faults.has("no-bu"))));
  const forbidden = forbiddenIds(faults);
  const entities = tenant.settings.shape.entities.filter((entity) => kinds.has(entity.kind) && !forbidden.has(entity.id));
  return sendJson(response, 200, describeEntities(entities, faults));
}
