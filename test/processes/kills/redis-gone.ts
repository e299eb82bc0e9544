import { setTimeout as delay } from "node:timers/promises";
import { addDays, type BusinessDate } from "../../../src/core/base/business-date.ts";
import { type Audit, auditSite } from "./audit.ts";
import { untilArchived } from "./kill-often.ts";
import { EXPORTERS, type KillSite } from "./kill-site.ts";
import type { Program } from "../follow.ts";
import type { OwnRedis } from "./own-redis.ts";
import { waitUntil } from "./wait-until.ts";

/** What happens to Redis: everything in it is gone, or it is killed -9 and comes back, empty, after so long. */
export type RedisLoss = "flushed" | { readonly downMs: number };

interface LossOptions {
  readonly redis: OwnRedis;
  readonly processes: readonly (readonly string[])[];
}

export interface RedisLossFigures {
  /** How many jobs were in flight on the server when it happened. */
  readonly inFlight: number;
  /** From Redis' return, in milliseconds: until WFM was asked again, until the first result was fetched, until all were archived. */
  readonly firstPollMs: number;
  readonly firstResultMs: number;
  readonly allArchivedMs: number;
  readonly submits: number;
  readonly audit: Audit;
  /** Exit codes of the processes, after a SIGTERM. */
  readonly ends: readonly (number | string)[];
}

const FIRST_DATE = "2024-01-01" as BusinessDate;
const DAYS = 13;
export const JOBS_IN_FLIGHT = DAYS * EXPORTERS.length;
const DEADLINE_MS = 120_000;

/** The site's simulator must be stuck-waiting, and its limit `JOBS_IN_FLIGHT`; its processes run while all of that is in flight. */
export async function loseRedis(
  site: KillSite,
  { redis, loss, processes }: LossOptions & { readonly loss: RedisLoss },
): Promise<RedisLossFigures> {
  const { simulator } = site;
  const { programs, until, countInFlight } = await fillServer(site, processes);
  if (loss === "flushed") await redis.flush();
  else {
    await redis.kill();
    await delay(loss.downMs);
    await redis.start();
  }
  const [inFlight, returnedAt, polls] = [await countInFlight(), performance.now(), simulator.stats.statusAll];
  const since = () => performance.now() - returnedAt;
  simulator.setFaults("");
  await until(() => simulator.stats.statusAll > polls);
  const firstPollMs = since();
  await until(() => simulator.stats.results > 0);
  const firstResultMs = since();
  await untilArchived(site, () => programs);
  const allArchivedMs = since();
  const ends = await stop(programs);
  return { inFlight, firstPollMs, firstResultMs, allArchivedMs, submits: simulator.stats.submits, audit: await auditSite(site), ends };
}

export interface WithoutRedisFigures {
  readonly inFlight: number;
  /** From the moment Redis is killed, in milliseconds. All of it happens before Redis returns. */
  readonly allArchivedMs: number;
  readonly submits: number;
  /** From Redis' return, in milliseconds, until every process that sends or receives wake-ups does so again. */
  readonly wakeUpsAgainMs: number;
  /** After the work that was ordered around Redis' return. */
  readonly audit: Audit;
  readonly ends: readonly (number | string)[];
}

const ORDER_EVERY_MS = 1000;
const ORDER_BEFORE_RETURN_MS = 10_000;

/**
 * Kills Redis while everything is in flight, and lets the server finish it at once. Redis stays away for `downMs`; around its return there
 * is work again. The site is like that of `loseRedis`.
 */
export async function workWithoutRedis(
  site: KillSite,
  { redis, processes, downMs }: LossOptions & { readonly downMs: number },
): Promise<WithoutRedisFigures> {
  const { simulator } = site;
  const { programs, countInFlight } = await fillServer(site, processes);
  const inFlight = await countInFlight();
  await redis.kill();
  const killedAt = performance.now();
  simulator.setFaults("");
  await untilArchived(site, () => programs);
  const allArchivedMs = performance.now() - killedAt;
  const { submits } = simulator.stats;
  await delay(Math.max(0, downMs - ORDER_BEFORE_RETURN_MS - allArchivedMs));
  const countAvailable = () => programs.map((program) => program.stderr().split("wake-ups.available").length);
  const before = countAvailable();
  const ordering = orderAlways(site);
  await delay(ORDER_BEFORE_RETURN_MS);
  await redis.start();
  const returnedAt = performance.now();
  await waitUntil(() => countAvailable().every((count, index) => count > (before[index] ?? 0)), {
    deadlineMs: DEADLINE_MS,
    describe: () => saidBy(programs),
  });
  const wakeUpsAgainMs = performance.now() - returnedAt;
  await ordering.stop();
  await untilArchived(site, () => programs);
  const ends = await stop(programs);
  return { inFlight, allArchivedMs, submits, wakeUpsAgainMs, audit: await auditSite(site), ends };
}

/** Orders one more business date at every turn. */
function orderAlways(site: KillSite): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const order = async () => {
    for (let day = DAYS; !stopping.signal.aborted; day += 1) {
      await site.order(addDays(FIRST_DATE, day));
      await delay(ORDER_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ordered = order();
  return {
    stop: async () => {
      stopping.abort();
      await ordered;
    },
  };
}

/** Starts the processes, and waits until everything that was ordered is in flight. */
async function fillServer(site: KillSite, processes: LossOptions["processes"]) {
  const programs = processes.map((roles) => site.start(roles));
  const until = (condition: () => Promise<boolean> | boolean) =>
    waitUntil(condition, { deadlineMs: DEADLINE_MS, describe: () => saidBy(programs) });
  await Promise.all(programs.map((program) => program.logged("process.started")));
  for (let day = 0; day < DAYS; day += 1) await site.order(addDays(FIRST_DATE, day));
  const countInFlight = () => site.database.prisma.job.count({ where: { state: { in: ["waiting", "running"] } } });
  await until(async () => (await countInFlight()) === JOBS_IN_FLIGHT);
  return { programs, until, countInFlight };
}

function saidBy(programs: readonly Program[]): string {
  return programs.map((program) => program.stderr().split("\n").slice(-20).join("\n")).join("\n");
}

async function stop(programs: readonly Program[]): Promise<(number | string)[]> {
  for (const program of programs) program.child.kill("SIGTERM");
  return await Promise.all(programs.map((program) => program.ended));
}
