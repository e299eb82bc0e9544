import { ALIVE_ON_SERVER } from "../core/job.ts";
import { admitJobs } from "./admit-jobs.ts";
import { finishRun } from "./finish-run.ts";
import type { Ports } from "./ports.ts";
import { recoverLeases } from "./recover-leases.ts";
import { sendWatch } from "./watch-from.ts";

type SweepPorts = Pick<Ports, "stores" | "queue" | "catalog" | "clock" | "emit">;

/** Rebuilds, from the tables alone, every message that should exist, and takes back what dead workers held. */
export async function sweep(ports: SweepPorts): Promise<void> {
  const recovered = await recoverLeases(ports);
  const sent = (await wakeLooks(ports)) + (await wakeSubmits(ports)) + (await wakeArchives(ports));
  for (const { run } of await ports.stores.runs.listUnfinished(BATCH)) await finishRun(ports, run.id);
  ports.emit({ event: "sweep.done", sent, recovered });
}

const BATCH = 200;

/** The next look of every connection with jobs on the server: to wait until one is late would cost the time after an outage. */
async function wakeLooks(ports: SweepPorts): Promise<number> {
  const now = ports.clock.now();
  let sent = 0;
  for (const connection of await ports.stores.jobs.connectionsWith(ALIVE_ON_SERVER)) {
    const turn = await ports.stores.connections.turn(connection);
    const lookAt = turn.nextLookAt ?? now;
    if (!turn.nextLookAt) await ports.stores.connections.setTurn(connection, { ...turn, nextLookAt: lookAt });
    await sendWatch(ports, connection, lookAt);
    sent += 1;
  }
  return sent;
}

async function wakeSubmits(ports: SweepPorts): Promise<number> {
  let sent = 0;
  for (const connection of await ports.stores.jobs.connectionsWith(["pending"])) sent += await admitJobs(ports, connection);
  return sent;
}

async function wakeArchives(ports: SweepPorts): Promise<number> {
  const now = ports.clock.now();
  const ready = await ports.stores.jobs.listReady(BATCH);
  const due = ready.filter((job) => job.state === "ready" && (job.notBefore === null || job.notBefore <= now));
  await ports.queue.sendAll(due.map((job) => ({ queue: "archive", jobId: job.id, version: job.version })));
  return due.length;
}
