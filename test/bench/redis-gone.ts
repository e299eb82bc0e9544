import { parseArgs } from "node:util";
import Table from "cli-table3";
import { SEPARATE, TOGETHER } from "../processes/kills/kill-often.ts";
import { createClosers } from "../processes/kills/closers.ts";
import { openKillSite } from "../processes/kills/kill-site.ts";
import { JOBS_IN_FLIGHT, type RedisLoss, loseRedis } from "../processes/kills/redis-gone.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { openServer } from "./open-server.ts";

/**
 * Takes Redis away under the program as it ships, while a hundred jobs are in flight on the server: flushed, or killed -9 and back, empty,
 * after a while. `npm run bench:redis -- --processes together|separate --rounds 1`.
 */
const { values } = parseArgs({ options: { processes: { type: "string", default: "together" }, rounds: { type: "string", default: "1" } } });
const LOSSES: readonly RedisLoss[] = ["flushed", { downMs: 500 }, { downMs: 6000 }, { downMs: 30_000 }];

const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const serverUrl = await openServer(closers);
  const head = ["Redis", "in flight", "first poll", "first result", "all archived", "submits", "duplicates", "lost", "differing"];
  const table = new Table({ head, style: { border: [], head: [], compact: true } });
  for (const loss of Array.from({ length: Number(values.rounds) }, () => LOSSES).flat()) {
    const round = createClosers();
    closers.add(() => round.closeAll());
    try {
      const redis = await startOwnRedis();
      round.add(() => redis.close());
      const site = await openKillSite({ serverUrl, queueUrl: redis.url, speed: 1, limit: JOBS_IN_FLIGHT, faults: "stuck-waiting" });
      round.add(() => site.close());
      const figures = await loseRedis(site, { redis, loss, processes: values.processes === "separate" ? SEPARATE : TOGETHER });
      const { audit, inFlight, submits } = figures;
      const times = [figures.firstPollMs, figures.firstResultMs, figures.allArchivedMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
      const name = loss === "flushed" ? "flushed" : `gone for ${loss.downMs / 1000} s`;
      table.push([name, inFlight, ...times, submits, audit.duplicates, audit.lost.length, audit.differing.length]);
      const isBad = audit.duplicates + audit.lost.length + audit.differing.length + audit.withoutObject.length + audit.unfinished > 0;
      if (isBad || submits !== JOBS_IN_FLIGHT) process.exitCode = 1;
    } finally {
      await round.closeAll();
    }
  }
  process.stdout.write(`${table.toString()}\n`);
} finally {
  await closers.closeAll();
}
