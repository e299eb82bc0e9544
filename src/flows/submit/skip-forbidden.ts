import type { EntityKind } from "../../core/exports/entity.ts";
import type { SmartSyncFailure } from "../../core/base/failure.ts";
import type { Job } from "../../core/jobs/job.ts";
import { failedChunkOfJob, chunkOfJob } from "../../core/plan/plan-jobs.ts";
import { idsNamed, splitByPermission } from "../../core/plan/chunk.ts";
import type { SmartSync } from "../../core/ports/smartsync.ts";
import type { Ports } from "../ports/ports.ts";
import { replaceJob } from "../plan/split-job.ts";

type Refusal = Extract<SmartSyncFailure, { readonly reason: "entities-forbidden" }>;

/**
 * Where the export says `onForbidden: skip`: goes on with the entities that may be viewed, and keeps those that may not as a job
 * of their own that has failed, so that they are named, and can be retried once the permission is there.
 * `false`: the job stays refused as a whole.
 */
export async function skipForbidden(
  ports: Pick<Ports, "repositories" | "registry" | "clock" | "newId" | "emit">,
  { client, job, refusal }: { readonly client: SmartSync; readonly job: Job; readonly refusal: Refusal },
): Promise<boolean> {
  if (ports.registry.findExport(job.exportName)?.onForbidden !== "skip") return false;
  const { permitted, refused } = splitByPermission(job, await forbiddenOf(client, job, refusal));
  if (!permitted || !refused) return false;
  const making = { newId: ports.newId, now: ports.clock.now() };
  const chunks = [chunkOfJob(job, permitted, making), failedChunkOfJob(job, refused, { ...making, failure: refusal })];
  return await replaceJob(ports, job, { failure: refusal, chunks });
}

const KINDS = { muIds: "mu", buIds: "bu", ctIds: "ct" } as const satisfies Record<string, EntityKind>;

/** Those that the refusal names; where it names none of ours, those that the login cannot see now. */
async function forbiddenOf(client: SmartSync, { request }: Job, refusal: Refusal): Promise<ReadonlySet<number>> {
  const named = idsNamed(request);
  const asked = new Set(Object.values(named).flat());
  const forbidden = refusal.ids.filter((id) => asked.has(id));
  if (forbidden.length > 0) return new Set(forbidden);
  const members = (["muIds", "buIds", "ctIds"] as const).filter((member) => named[member] !== undefined);
  const entities = await client.listEntities(members.map((member) => KINDS[member]));
  if (!entities.ok) return new Set();
  const visible = new Set(entities.value.map((entity) => `${entity.kind} ${entity.id}`));
  return new Set(members.flatMap((member) => (named[member] ?? []).filter((id) => !visible.has(`${KINDS[member]} ${id}`))));
}
