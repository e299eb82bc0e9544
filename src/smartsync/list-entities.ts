import type { Clock } from "../core/clock.ts";
import type { Entity, EntityKind } from "../core/entity.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import { err, ok, type Result } from "../core/result.ts";
import { readDocument, type GetAnswer } from "./get-answer.ts";
import { parseEntities, type ParsedEntities } from "./parse-entities.ts";
import { translateAnswer } from "./translate-answer.ts";

export interface ListEntitiesDeps {
  readonly get: GetAnswer;
  readonly target: string;
  readonly clock: Clock;
}

export type ListEntities = (kinds: readonly EntityKind[], signal?: AbortSignal) => Promise<Result<readonly Entity[], SmartSyncFailure>>;

/** The vendor's page prints the first spelling; every other call has the second. */
const PATHS: readonly string[] = ["/SMARTSYNC/services/rs/entities/v1", "/SMARTSync/services/rs/entities/v1"];

type Parsed = Result<ParsedEntities, SmartSyncFailure> | { readonly ok: "refused"; readonly failure: SmartSyncFailure };

export function createListEntities({ get, target, clock }: ListEntitiesDeps): ListEntities {
  let paths = PATHS;

  async function ask(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Parsed> {
    let refusal: SmartSyncFailure | null = null;
    for (const path of paths) {
      // The vendor's separator is a bare comma; without a timestamp all active entities come.
      const got = await get(`${path}?entityType=${kinds.join(",")}`, signal);
      if (!got.ok) return got;
      const answer = got.value;
      if (answer.status === 200) {
        paths = [path, ...PATHS.filter((other) => other !== path)];
        const document = readDocument(answer, target);
        if (!document.ok) return document;
        const parsed = parseEntities(document.value, kinds.length === 1 ? (kinds[0] ?? null) : null);
        return parsed ? ok(parsed) : err({ reason: "unexpected-answer", target, detail: "there is no list of entities in the answer" });
      }
      refusal = translateAnswer(answer, { target, clock });
      if (answer.status === 400) break;
      if (answer.status !== 404) return err(refusal);
    }
    return { ok: "refused", failure: refusal ?? { reason: "unexpected-answer", target, detail: "HTTP 404" } };
  }

  /** Whether the server knows `bu` is not documented. */
  async function askWithoutUnknown(kinds: readonly EntityKind[], signal?: AbortSignal): Promise<Result<ParsedEntities, SmartSyncFailure>> {
    const asked = await ask(kinds, signal);
    if (asked.ok !== "refused") return asked;
    const known = kinds.filter((kind) => kind !== "bu");
    if (known.length === kinds.length) return err(asked.failure);
    if (known.length === 0) return asked.failure.reason === "request-rejected" ? ok({ entities: [], kindless: 0 }) : err(asked.failure);
    const again = await ask(known, signal);
    return again.ok === "refused" ? err(again.failure) : again;
  }

  return async (kinds, signal) => {
    if (kinds.length === 0) return ok([]);
    const listed = await askWithoutUnknown(kinds, signal);
    if (!listed.ok) return listed;
    if (listed.value.kindless === 0 || kinds.length === 1) return ok(only(listed.value.entities, kinds));
    const entities: Entity[] = [];
    for (const kind of kinds) {
      const own = await askWithoutUnknown([kind], signal);
      if (!own.ok) return own;
      entities.push(...only(own.value.entities, [kind]));
    }
    return ok(entities);
  };
}

function only(entities: readonly Entity[], kinds: readonly EntityKind[]): Entity[] {
  return entities.filter((entity) => kinds.includes(entity.kind));
}
