import { parseArgs } from "node:util";
import { auditSite } from "../processes/kills/audit.ts";
import { killOften, SEPARATE, TOGETHER } from "../processes/kills/kill-often.ts";
import { openKillSite } from "../processes/kills/kill-site.ts";
import { createClosers } from "../processes/kills/closers.ts";
import { startOwnRedis } from "../processes/kills/own-redis.ts";
import { printTable } from "./print-table.ts";
import { openServer } from "./open-server.ts";

/**
 * Kills real processes with -9 at random moments, restarts them, and counts at the end what the server and the bucket have:
 * `npm run bench:kills -- --kills 200 --queue redis|postgres --processes together|separate --seed 1 --speed 20`.
 * `--fault submit-late=60,too-large=1` makes it results in parts, and any other of `nightferry simulate --faults` will do.
 * `--flush` empties Redis with every third kill.
 * `--speed 1` runs the program as it ships, and waits for what it waits for.
 */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    queue: { type: "string", default: "postgres" },
    processes: { type: "string", default: "together" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    speed: { type: "string", default: "20" },
    flush: { type: "boolean", default: false },
    fault: { type: "string", default: "submit-late=150" },
  },
});
const [kills, seed, speed] = [Number(values.kills), Number(values.seed), Number(values.speed)];
const closers = createClosers();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void closers.closeAll().finally(() => process.exit(1)));
try {
  const serverUrl = await openServer(closers);
  const redis = values.queue === "redis" ? await startOwnRedis() : null;
  if (redis) closers.add(() => redis.close());
  const site = await openKillSite({ serverUrl, queueUrl: redis?.url ?? null, speed, limit: 8, faults: values.fault });
  closers.add(() => site.close());
  process.stderr.write(`seed ${seed}\n`);
  const startedAt = performance.now();
  const processes = values.processes === "separate" ? SEPARATE : TOGETHER;
  const onKill = async (kill: number) => {
    if (kill % 20 === 0) process.stderr.write(`${kill} kills\n`);
    if (values.flush && kill % 3 === 0) await redis?.flush();
  };
  const count = await killOften(site, { kills, seed, processes, onKill });
  const seconds = (performance.now() - startedAt) / 1000;
  const audit = await auditSite(site);
  printTable({
    queue: values.queue,
    processes: values.processes,
    seed,
    "kills at random moments": count.kills,
    "... of a process not up yet": count.duringStart,
    "... between POST and answer": count.duringSubmit,
    "ended without being killed": count.endedAlone.length,
    "jobs WFM finished": audit.completed,
    "records in the bucket": audit.records,
    "results lost": audit.lost.length,
    "objects that differ from their manifest": audit.differing.length,
    "archived rows without object": audit.withoutObject.length,
    "rows and runs not at their end": audit.unfinished,
    "submits whose answer was lost": audit.unanswered,
    "submits claimed by reconciliation": audit.claimedByReconciliation,
    "duplicate submits": audit.duplicates,
    "uploads left open in the bucket": audit.openUploads,
    seconds: Math.round(seconds),
  });
  for (const line of [...audit.lost, ...audit.differing, ...audit.withoutObject, ...count.endedAlone]) process.stderr.write(`${line}\n`);
  const isBad = audit.lost.length + audit.differing.length + audit.withoutObject.length + audit.unfinished + count.endedAlone.length > 0;
  process.exitCode = isBad || audit.duplicates > count.duringSubmit ? 1 : 0;
} finally {
  await closers.closeAll();
}
