import { MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import type { Entity } from "../../src/core/exports/entity.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { SmartSyncFailure } from "../../src/core/base/failure.ts";
import type { JobId } from "../../src/core/base/ids.ts";
import { type Result, err, ok } from "../../src/core/base/result.ts";
import { type ResultStream, type SmartSync, type SubmitFailure, TransferError } from "../../src/core/ports/smartsync.ts";
import type { Ledger } from "./ledger.ts";
import { type ServerJob, type SimulatedWfm, bodyOf } from "./simulated-wfm.ts";
import { askWfm, wfmFailure } from "./step-ports.ts";
import type { Life, Refusal, World } from "./world.ts";

export interface ClientDeps {
  readonly wfm: SimulatedWfm;
  readonly ledger: Ledger;
  readonly connection: string;
  readonly entities: readonly Entity[];
  /** Told after each job that a POST of ours made. */
  readonly onPosted: (job: ServerJob) => void;
}

/** The client gives up after this at the latest; after another half of it, no POST can arrive. */
const SUBMIT_MS = 110 * SECOND_MS;

/** WFM as one process reaches it. */
export function createSimulatedClient(world: World, life: Life, deps: ClientDeps): SmartSync {
  const { wfm, ledger, connection, entities } = deps;
  const { random } = world;
  const ask = <T>(label: string, effect: () => Result<T, SmartSyncFailure>) =>
    askWfm<T, SmartSyncFailure>(world, life, {
      label,
      effect: async () => effect(),
      refuse: (refusal) => err(wfmFailure(world, refusal)),
    });

  const submit = async (exporter: string, request: ExportRequest): Promise<Result<JobId, SubmitFailure>> => {
    const posting = ledger.begin(life, request);
    // A process that stands still as it sends the POST receives the answer too late.
    if (life.frozenUntil > world.now()) ledger.interrupted(life);
    if (random.chance(world.plan()?.server.candidates ?? 0)) wfm.postAsOtherClient(connection, { exporter, request });
    return await askWfm<JobId, SubmitFailure>(world, life, {
      label: "submit",
      longestMs: SUBMIT_MS,
      mayArriveLate: true,
      effect: async () => {
        const ids = wfm.forbiddenOf(request);
        if (ids.length > 0) return err({ accepted: "no", failure: { reason: "entities-forbidden", details: [`MU ${ids.join()}`], ids } });
        const job = wfm.post(connection, exporter, request);
        ledger.arrived(posting, job);
        deps.onPosted(job);
        return ok(job.id);
      },
      refuse: (refusal: Refusal) => {
        if (refusal === "refused") ledger.refused(posting);
        else ledger.lost(posting);
        return err({ accepted: refusal === "refused" ? "no" : "unknown", failure: wfmFailure(world, refusal) });
      },
    });
  };

  return {
    submit,
    login: () => ask("login", () => ok(undefined)),
    listEntities: (kinds) => ask("listEntities", () => ok(entities.filter(({ kind }) => kinds.includes(kind)))),
    findJob: (id) =>
      ask("findJob", () => {
        const job = wfm.find(connection, id);
        return job ? ok(wfm.describe(job)) : err({ reason: "job-unknown", jobId: id });
      }),
    listJobs: () => ask("listJobs", () => ok({ jobs: wfm.list(connection).map(wfm.describe), serverTime: wfm.serverTime() })),
    openResult: (id) =>
      ask("openResult", () => {
        const job = wfm.find(connection, id);
        if (!job) return err({ reason: "job-unknown", jobId: id });
        return wfm.statusOf(job) === "completed" ? ok(streamOf(world, life, job)) : err({ reason: "result-not-ready" });
      }),
    openPage: () => ask("openPage", () => ok(null)),
    close: () => undefined,
  };
}

function streamOf(world: World, life: Life, job: ServerJob): ResultStream {
  const whole = bodyOf(job);
  const { random } = world;
  const isFaulty = world.now() < (world.plan()?.until ?? 0) && random.chance(world.plan()?.server.brokenBody ?? 0);
  const breaks = isFaulty ? random.pick(["cut", "short"]) : null;
  if (breaks) world.count(`body ${breaks}`);
  const reached = breaks ? random.whole(0, whole.byteLength - 1) : whole.byteLength;
  return {
    mediaType: "application/json",
    encoding: "identity",
    announcedBytes: random.chance(0.8) ? whole.byteLength : null,
    body: (async function* () {
      const arrived = await arrive(world, life);
      if (!arrived.ok) throw new TransferError(arrived.error);
      yield breaks ? whole.subarray(0, reached) : whole;
      if (breaks === "cut") throw new TransferError({ reason: "body-cut", received: reached, detail: "connection reset" });
    })(),
    discard: () => undefined,
  };
}

/** The bytes of a large result are a long time under way. */
function arrive(world: World, life: Life) {
  return askWfm<void, SmartSyncFailure>(world, life, {
    label: "body",
    longestMs: 20 * MINUTE_MS,
    effect: async () => ok(undefined),
    refuse: (refusal) => err(wfmFailure(world, refusal)),
  });
}
