import { HOUR_MS, SECOND_MS } from "../core/clock.ts";
import { type Failure, remedyFor, type SmartSyncFailure } from "../core/failure.ts";
import type { JobEvent } from "../core/job-transitions.ts";
import { ALIVE_ON_SERVER, type Job, type Running, type Waiting } from "../core/job.ts";
import { eventFor } from "../core/look.ts";
import { becomesOverdue, explainOverdue } from "../core/overdue.ts";
import { nextLookIn } from "../core/poll-plan.ts";
import { SUBMIT_RETRY, retryAt } from "../core/retry-policy.ts";
import type { JobListing, SmartSync, VendorJob } from "../core/smartsync.ts";
import { afterVanishing } from "../core/vanished-job.ts";
import { admitJobs } from "./admit-jobs.ts";
import { applyEvent } from "./apply-event.ts";
import { disownJob } from "./disown-job.ts";
import { endJob } from "./end-job.ts";
import { noteOrphans } from "./note-orphans.ts";
import type { Ports } from "./ports.ts";
import { reportAnswer, reportFailure } from "./report-outcome.ts";
import { settleIntents } from "./settle-intents.ts";
import { learnFromPiece, splitTooLarge } from "./split-job.ts";
import { sendWatch } from "./watch-from.ts";

type WatchPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findSmartSync" | "clock" | "newId" | "random" | "emit">;

type OnServerJob = Job & (Waiting | Running);

/** How often to look for orphans where nothing else is to be seen: often enough to find each long before its deadline. */
const PATROL_MS = HOUR_MS;

/** A looker that died holds the connection's turn no longer than this. */
const TURN_MS = 30 * SECOND_MS;

/** One look: a single list-all call tells how every job of the connection stands. Then it plans the next look. */
export async function watchConnection(ports: WatchPorts, connection: string, signal?: AbortSignal): Promise<void> {
  const startedAt = ports.clock.now();
  const { failedLooks } = await ports.stores.connections.turn(connection);
  if (!(await ports.stores.connections.takeTurn(connection, startedAt, new Date(startedAt.getTime() + TURN_MS)))) return;
  const client = ports.findSmartSync(connection);
  const alive = await ports.stores.jobs.listByState(connection, ALIVE_ON_SERVER);
  if (!client || (alive.length === 0 && !isPatrolled(ports, connection))) {
    await ports.stores.connections.setTurn(connection, { nextLookAt: null, failedLooks: 0 });
    return;
  }
  const listing = await client.listJobs(signal);
  if (listing.ok) {
    await takeIn(ports, { connection, client, alive, listing: listing.value, startedAt }, signal);
    await reportAnswer(ports, { kind: "connection", name: connection });
    await planNextLook(ports, connection, { failedLooks: 0, listed: listing.value.jobs.length, failure: null });
    await admitJobs(ports, connection);
  } else {
    await reportFailure(ports, [{ kind: "connection", name: connection }], listing.error);
    await planNextLook(ports, connection, { failedLooks: failedLooks + 1, listed: 0, failure: listing.error });
  }
}

/** A connection whose orphans matter is looked at now and then even when no job of ours is on the server. */
function isPatrolled({ catalog }: WatchPorts, connection: string): boolean {
  return (catalog.findConnection(connection)?.orphans ?? "ignore") !== "ignore";
}

interface Look {
  readonly connection: string;
  readonly client: SmartSync;
  readonly alive: readonly Job[];
  readonly listing: JobListing;
  readonly startedAt: Date;
}

async function takeIn(ports: WatchPorts, look: Look, signal?: AbortSignal): Promise<void> {
  const listed = new Map(look.listing.jobs.map((job) => [job.vendorJobId, job]));
  const onServer = look.alive.filter((job): job is OnServerJob => job.state === "waiting" || job.state === "running");
  const unfinished: OnServerJob[] = [];
  for (const job of onServer) {
    const seen = listed.get(job.vendorJobId) ?? (await findSingly(ports, look.client, job, signal));
    const isOver = seen !== null && (await applyLook(ports, look, job, seen));
    if (seen === null || isOver) continue;
    unfinished.push(job);
    tellOverdue(ports, job, look.startedAt);
  }
  await ports.stores.jobs.markAlive(
    unfinished.map((job) => job.id),
    look.startedAt,
  );
  await settleIntents(ports, look.connection, look);
  await noteOrphans(ports, look.connection, look.listing);
}

/** A job that the list lacks is asked for by itself before anything is concluded. `null`: nothing is known, or it was dealt with. */
async function findSingly(ports: WatchPorts, client: SmartSync, job: OnServerJob, signal?: AbortSignal): Promise<VendorJob | null> {
  const found = await client.findJob(job.vendorJobId, signal);
  if (found.ok) return found.value;
  if (found.error.reason === "job-unknown") {
    const chance = { now: ports.clock.now(), random: ports.random() };
    const after = await applyEvent(ports, job, afterVanishing(job.vendorJobId, await ports.stores.jobs.history(job.id), chance));
    if (after) await goOn(ports, after);
  }
  return null;
}

/** How a stranger's job may end, that was taken for ours: it says nothing about what we asked for. */
const DOUBTFUL_ENDS: ReadonlySet<JobEvent["type"]> = new Set(["failed", "canceled"]);

async function letGoOfStranger(ports: WatchPorts, job: OnServerJob, event: JobEvent): Promise<boolean> {
  const failure: Failure = "failure" in event && event.failure ? event.failure : { reason: "submit-unanswered" };
  await disownJob(ports, job, failure);
  return true;
}

/** `true` when the server is done with the job. */
async function applyLook(ports: WatchPorts, look: Look, job: OnServerJob, seen: VendorJob): Promise<boolean> {
  const event = eventFor(job, seen, { observedAt: ports.clock.now(), serverTime: look.listing.serverTime });
  if (!event) return false;
  if (job.isAdopted && DOUBTFUL_ENDS.has(event.type)) return await letGoOfStranger(ports, job, event);
  const isTooLarge = event.type === "failed" && event.failure.reason === "result-too-large";
  if (isTooLarge && (await splitTooLarge(ports, job, event.failure))) return true;
  const after = await applyEvent(ports, job, event);
  if (event.type === "started") return false;
  if (after) await goOn(ports, after);
  return true;
}

function tellOverdue({ emit }: Pick<Ports, "emit">, job: OnServerJob, now: Date): void {
  const failure = becomesOverdue(job, now) ? explainOverdue(job, now) : null;
  if (failure) emit({ event: "job.overdue", jobId: job.id, export: job.exportName, failure });
}

async function goOn(ports: WatchPorts, after: Job): Promise<void> {
  if (after.state === "ready") {
    await ports.queue.send({ queue: "archive", jobId: after.id, version: after.version });
    await learnFromPiece(ports, after);
  }
  if (after.state === "failed" || after.state === "canceled") await endJob(ports, after);
}

interface LookOutcome {
  readonly failedLooks: number;
  readonly listed: number;
  readonly failure: SmartSyncFailure | null;
}

async function planNextLook(ports: WatchPorts, connection: string, outcome: LookOutcome): Promise<void> {
  const now = ports.clock.now();
  const alive = await ports.stores.jobs.listByState(connection, ALIVE_ON_SERVER);
  const planned = nextLookIn({
    now,
    submittedAt: alive.map((job) => (job.state === "waiting" || job.state === "running" ? job.submittedAt : job.createdAt)),
    expectedMs: await expectedDurations(ports, alive),
    failedLooks: outcome.failedLooks,
  });
  const soonest = planned ?? (isPatrolled(ports, connection) ? PATROL_MS : null);
  const nextInMs = soonest === null ? null : Math.max(soonest, waitAskedBy(outcome.failure, now, ports.random()));
  const nextLookAt = nextInMs === null ? null : new Date(now.getTime() + nextInMs);
  await ports.stores.connections.setTurn(connection, { nextLookAt, failedLooks: outcome.failedLooks });
  if (nextLookAt) await sendWatch(ports, connection, nextLookAt);
  if (outcome.failure) ports.emit({ event: "connection.look-failed", connection, failure: outcome.failure, nextInMs: nextInMs ?? 0 });
  else ports.emit({ event: "connection.looked", connection, alive: alive.length, listed: outcome.listed, nextInMs });
}

/** What only an operator can mend is asked about rarely; a server's Retry-After is kept. */
function waitAskedBy(failure: SmartSyncFailure | null, now: Date, random: number): number {
  if (!failure) return 0;
  const isPatient = remedyFor(failure) === "operator" || failure.reason === "rate-limited" || failure.reason === "server-error";
  return isPatient ? retryAt(SUBMIT_RETRY, 0, failure, { now, random }).getTime() - now.getTime() : 0;
}

async function expectedDurations(ports: WatchPorts, alive: readonly Job[]): Promise<(number | null)[]> {
  const expected = new Map<string, number | null>();
  for (const name of new Set(alive.map((job) => job.exportName))) {
    expected.set(name, await ports.stores.jobs.expectedDurationMs(name));
  }
  return alive.map((job) => expected.get(job.exportName) ?? null);
}
