import { parseArgs } from "node:util";
import Table from "cli-table3";
import { SEPARATE, TOGETHER } from "../processes/kills/kill-often.ts";
import { createClosers } from "../processes/kills/closers.ts";
import { openKillSite } from "../processes/kills/kill-site.ts";
import { JOBS_ALIVE, type Outage, sufferOutage } from "../processes/kills/outage.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { openServer } from "./open-server.ts";

/**
 * Takes Redis away under the program as it ships, while a hundred jobs are alive on the server: flushed, or killed -9 and back, empty,
 * after a while. `npm run bench:outages -- --processes together|separate --rounds 1`.
 */
const { values } = parseArgs({ options: { processes: { type: "string", default: "together" }, rounds: { type: "string", default: "1" } } });
const OUTAGES: readonly Outage[] = ["flushed", { downMs: 500 }, { downMs: 6000 }, { downMs: 30_000 }];

const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const serverUrl = await openServer(closers);
  const head = ["Redis", "alive", "first look", "first result", "all archived", "submits", "duplicates", "lost", "differing"];
  const table = new Table({ head, style: { border: [], head: [], compact: true } });
  for (const outage of Array.from({ length: Number(values.rounds) }, () => OUTAGES).flat()) {
    const round = createClosers();
    closers.add(() => round.closeAll());
    try {
      const redis = await startOwnRedis();
      round.add(() => redis.close());
      const site = await openKillSite({ serverUrl, queueUrl: redis.url, speed: 1, budget: JOBS_ALIVE, faults: "stuck-waiting" });
      round.add(() => site.close());
      const figures = await sufferOutage(site, { redis, outage, processes: values.processes === "separate" ? SEPARATE : TOGETHER });
      const { audit, alive, submits } = figures;
      const times = [figures.firstLookMs, figures.firstResultMs, figures.allArchivedMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
      const name = outage === "flushed" ? "flushed" : `gone for ${outage.downMs / 1000} s`;
      table.push([name, alive, ...times, submits, audit.duplicates, audit.lost.length, audit.differing.length]);
      const isBad = audit.duplicates + audit.lost.length + audit.differing.length + audit.withoutObject.length + audit.unfinished > 0;
      if (isBad || submits !== JOBS_ALIVE) process.exitCode = 1;
    } finally {
      await round.closeAll();
    }
  }
  process.stdout.write(`${table.toString()}\n`);
} finally {
  await closers.closeAll();
}
