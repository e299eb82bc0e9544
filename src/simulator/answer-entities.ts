import type { EntityKind } from "../core/entity.ts";
import { sendError, sendJson, VALIDATION_FAILED } from "./answer.ts";
import { describeEntities } from "./entity-forms.ts";
import type { Tenant, UserExchange } from "./exchange.ts";
import { forbiddenIds } from "./permissions.ts";

const KINDS: readonly EntityKind[] = ["ct", "mu", "eg", "bu"];

/** All active entities of the kinds asked for, whatever `timestamp` says; a kind that is none is passed over. */
export function answerEntities(tenant: Tenant, { response, query, faults }: UserExchange): void {
  const asked = query.get("entityType");
  if (!asked) return sendError(response, 400, VALIDATION_FAILED, ["Missing required query parameter: 'entityType'"]);
  tenant.counts.entities += 1;
  const asksFor = new Set(asked.split(","));
  const kinds = new Set(KINDS.filter((kind) => asksFor.has(kind) && !(kind === "bu" && faults.has("no-bu"))));
  const forbidden = forbiddenIds(faults);
  const entities = tenant.settings.shape.entities.filter((entity) => kinds.has(entity.kind) && !forbidden.has(entity.id));
  return sendJson(response, 200, describeEntities(entities, faults));
}
