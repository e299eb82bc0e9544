import type { Clock } from "../core/base/clock.ts";
import type { Entity, EntityKind } from "../core/exports/entity.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import { parseDocument, type GetWithSession } from "./get-with-session.ts";
import { parseEntities, type ParsedEntities } from "./parse-entities.ts";
import { translateErrorResponse } from "./translate-error-response.ts";

export interface ListEntitiesDeps {
  readonly get: GetWithSession;
  readonly target: string;
  readonly clock: Clock;
}

export type ListEntities = (kinds: readonly EntityKind[], signal?: AbortSignal) => Promise<Result<readonly Entity[], SmartSyncFailure>>;

/** The vendor's page for this endpoint prints the first spelling. All other endpoints have the second. */
const PATHS: readonly string[] = ["/SMARTSYNC/services/rs/entities/v1", "/SMARTSync/services/rs/entities/v1"];

type Parsed = Result<ParsedEntities, SmartSyncFailure> | { readonly ok: "rejected"; readonly failure: SmartSyncFailure };

export function createListEntities({ get, target, clock }: ListEntitiesDeps): ListEntities {
  let paths = PATHS;

  async function request(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Parsed> {
    let rejection: SmartSyncFailure | null = null;
    for (const path of paths) {
      // The vendor separates kinds with an unencoded comma. Without a timestamp, WFM returns all active entities.
      const got = await get(`${path}?entityType=${kinds.join(",")}`, signal);
      if (!got.ok) return got;
      const response = got.value;
      if (response.status === 200) {
        paths = [path, ...PATHS.filter((other) => other !== path)];
        const document = parseDocument(response, target);
        if (!document.ok) return document;
        const parsed = parseEntities(document.value, kinds.length === 1 ? (kinds[0] ?? null) : null);
        return parsed ? ok(parsed) : err({ reason: "unexpected-answer", target, detail: "the response contains no list of entities" });
      }
      rejection = translateErrorResponse(response, { target, clock });
      if (response.status === 400) break;
      if (response.status !== 404) return err(rejection);
    }
    return { ok: "rejected", failure: rejection ?? { reason: "unexpected-answer", target, detail: "HTTP 404" } };
  }

  /** Requests again without `bu` if the server rejects the kinds: whether it supports `bu` is not documented. */
  async function requestSupported(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Result<ParsedEntities, SmartSyncFailure>> {
    const requested = await request(kinds, signal);
    if (requested.ok !== "rejected") return requested;
    const { failure } = requested;
    const documented = kinds.filter((kind) => kind !== "bu");
    if (documented.length === kinds.length) return err(failure);
    if (documented.length === 0) return failure.reason === "request-rejected" ? ok({ entities: [], untyped: 0 }) : err(failure);
    const second = await request(documented, signal);
    return second.ok === "rejected" ? err(second.failure) : second;
  }

  return async (kinds, signal) => {
    if (kinds.length === 0) return ok([]);
    const listed = await requestSupported(kinds, signal);
    if (!listed.ok) return listed;
    if (listed.value.untyped === 0 || kinds.length === 1) return ok(ofKinds(listed.value.entities, kinds));
    const entities: Entity[] = [];
    for (const kind of kinds) {
      const listedOfKind = await requestSupported([kind], signal);
      if (!listedOfKind.ok) return listedOfKind;
      entities.push(...ofKinds(listedOfKind.value.entities, [kind]));
    }
    return ok(entities);
  };
}

function ofKinds(entities: readonly Entity[], kinds: readonly EntityKind[]): Entity[] {
  return entities.filter((entity) => kinds.includes(entity.kind));
}
