import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import type { BusinessDate } from "../../src/core/base/business-date.ts";
import { datesOf } from "../../src/core/base/business-date.ts";
import type { Entity } from "../../src/core/exports/entity.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { JobId } from "../../src/core/base/ids.ts";
import type { Announced, WfmJob, WfmStatus } from "../../src/core/ports/smartsync.ts";
import type { Content } from "./stage-simply.ts";
import type { World } from "./world.ts";

/** One job as the server has it: the persistence that the oracle looks at. */
export interface ServerJob {
  readonly id: JobId;
  readonly connection: string;
  readonly exporter: string;
  readonly request: ExportRequest;
  /** Another client requested it. */
  readonly isOfAnotherClient: boolean;
  readonly postedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly end: Extract<WfmStatus, "completed" | "failed" | "canceled">;
  readonly errorDetails: string | null;
  readonly rows: number;
  /** What the status says; another number than `rows` can never be proven. */
  readonly announcedRows: number;
  /** Nothing is left of it from here on: 24 to 48 hours after its end. */
  readonly deletedAt: number;
}

export interface SimulatedWfm {
  readonly jobs: ReadonlyMap<JobId, ServerJob>;
  post(connection: string, exporter: string, request: ExportRequest, options?: { readonly isOfAnotherClient?: boolean }): ServerJob;
  list(connection: string): ServerJob[];
  find(connection: string, id: JobId): ServerJob | null;
  describe(job: ServerJob): WfmJob;
  statusOf(job: ServerJob): WfmStatus;
  serverTime(): Date;
  /** Entities that are refused now to every login. */
  forbiddenOf(request: ExportRequest): readonly number[];
  /** Another client requests something of its own, with the same login. */
  postAsOtherClient(connection: string, alike: { readonly exporter: string; readonly request: ExportRequest }): void;
  setNight(night: WfmNight): void;
  forgetDeleted(): void;
}

/** How the server is tonight. */
export interface WfmNight {
  /** Its clock minus the true one. */
  readonly skewMs: number;
  /** Its stamps are written in a zone of their own. */
  readonly stampZoneMs: number;
  /** How many rows a result may have before it is too large. */
  readonly mostRows: number;
  readonly forbidden: ReadonlySet<number>;
  /** When they begin to be refused: what was had before is a run's that starts over to lose. */
  readonly forbiddenFrom: number;
  readonly longestRunMs: number;
  /** Some totals are not those of the results, and never will be. */
  readonly doWrongTotals: boolean;
  /** Other people ask for the same exporter and format as we do. */
  readonly doLookAlikes: boolean;
}

const NOTHING_ANNOUNCED: Announced = { records: null, compressedBytes: null, uncompressedBytes: null };

const USUAL: WfmNight = {
  skewMs: 0,
  stampZoneMs: 0,
  mostRows: Infinity,
  forbidden: new Set(),
  forbiddenFrom: 0,
  longestRunMs: MINUTE_MS,
  doWrongTotals: false,
  doLookAlikes: false,
};

export function createSimulatedWfm(world: World): SimulatedWfm {
  const jobs = new Map<JobId, ServerJob>();
  const { random } = world;
  let night = USUAL;
  let made = 0;

  const endOf = (rows: number): Pick<ServerJob, "end" | "errorDetails"> => {
    if (rows > night.mostRows) return TOO_LARGE;
    const rates = world.plan()?.server;
    if (random.chance(rates?.failed ?? 0)) return { end: "failed", errorDetails: "Internal server error" };
    return { end: random.chance(rates?.canceled ?? 0) ? "canceled" : "completed", errorDetails: null };
  };

  const statusOf = ({ startedAt, endedAt, end }: ServerJob): WfmStatus => {
    const now = world.now();
    return now >= endedAt ? end : now >= startedAt ? "running" : "waiting";
  };

  const isThere = (job: ServerJob, connection: string): boolean => job.connection === connection && world.now() < job.deletedAt;

  const post: SimulatedWfm["post"] = (connection, exporter, request, { isOfAnotherClient = false } = {}) => {
    made += 1;
    const now = world.now();
    const rows = idsOf(request).length * daysOf(request);
    const startedAt = now + random.between(0, 10 * SECOND_MS);
    const endedAt = startedAt + random.magnitude(2 * SECOND_MS, night.longestRunMs);
    const isWrong = night.doWrongTotals && random.chance(0.2);
    const job: ServerJob = {
      id: String(made).padStart(32, "0") as JobId,
      connection,
      exporter,
      request,
      isOfAnotherClient,
      postedAt: now,
      startedAt,
      endedAt,
      ...endOf(rows),
      rows,
      announcedRows: isWrong ? rows + 1 : rows,
      deletedAt: endedAt + random.between(24, 48) * HOUR_MS,
    };
    jobs.set(job.id, job);
    return job;
  };

  return {
    jobs,
    statusOf,
    post,
    postAsOtherClient: (connection, alike) => {
      const exporter = night.doLookAlikes ? alike.exporter : "mu-opens";
      post(connection, exporter, { ...alike.request, muIds: [random.whole(1, 999)] }, { isOfAnotherClient: true });
    },
    list: (connection) => [...jobs.values()].filter((job) => isThere(job, connection)),
    find: (connection, id) => {
      const job = jobs.get(id);
      return job && isThere(job, connection) ? job : null;
    },
    describe: (job) => {
      const status = statusOf(job);
      const changedAt = { waiting: job.postedAt, running: job.startedAt }[status as "waiting" | "running"] ?? job.endedAt;
      return {
        jobId: job.id,
        status,
        statusWord: status,
        exporterType: job.exporter,
        outputFormat: job.request.outputFormat,
        lastStatusChange: new Date(changedAt + night.skewMs + night.stampZoneMs),
        errorDetails: status === "failed" ? job.errorDetails : null,
        announced: {
          ...NOTHING_ANNOUNCED,
          ...(status === "completed" ? { records: job.announcedRows, uncompressedBytes: bodyOf(job).byteLength } : {}),
        },
        additionalDetails: null,
      };
    },
    serverTime: () => new Date(world.now() + night.skewMs),
    forbiddenOf: (request) => (world.now() < night.forbiddenFrom ? [] : idsOf(request).filter((id) => night.forbidden.has(id))),
    setNight: (tonight) => {
      night = tonight;
    },
    forgetDeleted: () => {
      for (const job of jobs.values()) if (job.deletedAt <= world.now()) jobs.delete(job.id);
    },
  };
}

const TOO_LARGE = { end: "failed", errorDetails: "Result set is too large, reduce date range and/or number of entities" } as const;

function daysOf(request: ExportRequest): number {
  return datesOf({ from: request.startDate as BusinessDate, to: request.endDate as BusinessDate }).length;
}

export function idsOf(request: ExportRequest): readonly number[] {
  return Array.isArray(request["muIds"]) ? (request["muIds"] as number[]) : [];
}

/** The entities of one export; no two exports share any, so that a result tells whose it is. */
export function entitiesOf(index: number, count: number): Entity[] {
  return Array.from({ length: count }, (_, place) => ({
    kind: "mu",
    id: 1000 + index * 10 + place,
    name: `Team ${String(index).padStart(2, "0")} ${place}`,
  }));
}

const bodies = new WeakMap<ServerJob, Uint8Array>();

/** What it sends as the result of a job. */
export function bodyOf(job: ServerJob): Uint8Array {
  const before = bodies.get(job);
  if (before) return before;
  const body = new TextEncoder().encode(JSON.stringify({ job: job.id, rows: job.rows, ids: idsOf(job.request) } satisfies Content));
  bodies.set(job, body);
  return body;
}
