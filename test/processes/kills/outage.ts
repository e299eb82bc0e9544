import { setTimeout as delay } from "node:timers/promises";
import { addDays, type BusinessDate } from "../../../src/core/business-date.ts";
import { type Audit, auditSite } from "./audit.ts";
import { untilArchived } from "./kill-often.ts";
import { EXPORTERS, type KillSite } from "./kill-site.ts";
import type { OwnRedis } from "./own-redis.ts";
import { waitUntil } from "./wait-until.ts";

/** What happens to Redis: everything in it is gone, or it is killed -9 and comes back, empty, after so long. */
export type Outage = "flushed" | { readonly downMs: number };

export interface OutageFigures {
  /** How many jobs were alive on the server when it happened. */
  readonly alive: number;
  /** From Redis' return, in milliseconds: until WFM was asked again, until the first result was fetched, until all were archived. */
  readonly firstLookMs: number;
  readonly firstResultMs: number;
  readonly allArchivedMs: number;
  readonly submits: number;
  readonly audit: Audit;
  /** Exit codes of the processes, after a SIGTERM. */
  readonly ends: readonly (number | string)[];
}

const FIRST_DATE = "2024-01-01" as BusinessDate;
const DAYS = 13;
export const JOBS_ALIVE = DAYS * EXPORTERS.length;
const DEADLINE_MS = 120_000;

/** The site's simulator must be stuck-waiting, and its budget `JOBS_ALIVE`; its processes run while all of that is alive. */
export async function sufferOutage(
  site: KillSite,
  { redis, outage, processes }: { readonly redis: OwnRedis; readonly outage: Outage; readonly processes: readonly (readonly string[])[] },
): Promise<OutageFigures> {
  const { simulator, database } = site;
  const programs = processes.map((roles) => site.start(roles));
  const said = () => programs.map((program) => program.stderr().split("\n").slice(-20).join("\n")).join("\n");
  const until = (condition: () => Promise<boolean> | boolean) => waitUntil(condition, { deadlineMs: DEADLINE_MS, describe: said });
  await Promise.all(programs.map((program) => program.logged("process.started")));
  for (let day = 0; day < DAYS; day += 1) await site.order(addDays(FIRST_DATE, day));
  const countAlive = () => database.prisma.job.count({ where: { state: { in: ["waiting", "running"] } } });
  await until(async () => (await countAlive()) === JOBS_ALIVE);
  if (outage === "flushed") await redis.flush();
  else {
    await redis.kill();
    await delay(outage.downMs);
    await redis.start();
  }
  const [alive, returnedAt, looks] = [await countAlive(), performance.now(), simulator.stats.statusAll];
  const since = () => performance.now() - returnedAt;
  simulator.set("");
  await until(() => simulator.stats.statusAll > looks);
  const firstLookMs = since();
  await until(() => simulator.stats.results > 0);
  const firstResultMs = since();
  await untilArchived(site, () => programs);
  const allArchivedMs = since();
  for (const program of programs) program.child.kill("SIGTERM");
  const ends = await Promise.all(programs.map((program) => program.ended));
  return { alive, firstLookMs, firstResultMs, allArchivedMs, submits: simulator.stats.submits, audit: await auditSite(site), ends };
}
