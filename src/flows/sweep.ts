import { SECOND_MS } from "../core/clock.ts";
import { ALIVE_ON_SERVER } from "../core/job.ts";
import { abortStrayUploads } from "./abort-stray-uploads.ts";
import { admitJobs } from "./admit-jobs.ts";
import { finishRun } from "./finish-run.ts";
import type { Ports } from "./ports.ts";
import { recoverLeases } from "./recover-leases.ts";
import { sendWatch } from "./watch-from.ts";

type SweepPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findObjectStore" | "clock" | "emit">;

/** Rebuilds, from the tables alone, every message that should exist, and takes back what dead workers held. */
export async function sweep(ports: SweepPorts): Promise<void> {
  const recovered = await recoverLeases(ports);
  const sent = (await wakeLooks(ports)) + (await wakeSubmits(ports)) + (await wakeArchives(ports));
  for (const { run } of await ports.stores.runs.listUnfinished(BATCH)) await finishRun(ports, run.id);
  ports.emit({ event: "sweep.done", sent, recovered });
  await abortStrayUploads(ports);
}

const BATCH = 200;
/** A look that is later than this has lost its message. */
const LATE_LOOK_MS = 5 * SECOND_MS;

/** A connection with jobs on the server that nobody looks at. */
async function wakeLooks(ports: SweepPorts): Promise<number> {
  const now = ports.clock.now();
  let sent = 0;
  for (const connection of await ports.stores.jobs.connectionsWith(ALIVE_ON_SERVER)) {
    const turn = await ports.stores.connections.turn(connection);
    if (turn.nextLookAt && now.getTime() - turn.nextLookAt.getTime() < LATE_LOOK_MS) continue;
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
  for (const job of due) await ports.queue.send({ queue: "archive", jobId: job.id, version: job.version });
  return due.length;
}
