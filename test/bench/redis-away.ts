import { parseArgs } from "node:util";
import Table from "cli-table3";
import { createClosers } from "../processes/kills/closers.ts";
import { openKillSite } from "../processes/kills/kill-site.ts";
import { TOGETHER } from "../processes/kills/kill-often.ts";
import { JOBS_IN_FLIGHT, workWithoutRedis } from "../processes/kills/redis-gone.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { openServer } from "./open-server.ts";

/**
 * Kills Redis under the program as it ships, while a hundred jobs are in flight, and starts it again, empty, only after a long while:
 * everything must be archived meanwhile. `npm run bench:redis-away -- --minutes 10`.
 */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });

const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const serverUrl = await openServer(closers);
  const redis = await startOwnRedis();
  closers.add(() => redis.close());
  const site = await openKillSite({ serverUrl, queueUrl: redis.url, speed: 1, limit: JOBS_IN_FLIGHT, faults: "stuck-waiting" });
  closers.add(() => site.close());
  const downMs = Number(values.minutes) * 60_000;
  const { inFlight, allArchivedMs, submits, wakeUpsAgainMs, audit, ends } = await workWithoutRedis(site, {
    redis,
    processes: TOGETHER,
    downMs,
  });
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const table = new Table({ style: { border: [], head: [], compact: true } });
  table.push(
    ["jobs in flight when Redis was killed", inFlight],
    ["Redis was away for", seconds(downMs)],
    ["until all of them were archived", seconds(allArchivedMs)],
    ["submits by then", submits],
    ["from Redis' return until wake-ups were received", seconds(wakeUpsAgainMs)],
    ["jobs in the end, with those ordered around the return", audit.completed],
    ["duplicates", audit.duplicates],
    ["lost", audit.lost.length],
    ["differing", audit.differing.length],
    ["exit codes", ends.join(", ")],
  );
  process.stdout.write(`${table.toString()}\n`);
  const isBad = audit.duplicates + audit.lost.length + audit.differing.length + audit.withoutObject.length + audit.unfinished > 0;
  if (isBad || submits !== JOBS_IN_FLIGHT || allArchivedMs >= downMs) process.exitCode = 1;
} finally {
  await closers.closeAll();
}
