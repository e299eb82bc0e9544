import { abortStrayUploads } from "./abort-stray-uploads.ts";
import { finishRuns } from "./finish-runs.ts";
import type { Ports } from "./ports.ts";
import { recoverLeases } from "./recover-leases.ts";
import { soundDeadlines } from "./sound-deadlines.ts";
import { tellAlarms } from "./tell-alarms.ts";
import { wakeArchives } from "./wake-archives.ts";
import { wakeLooks } from "./wake-looks.ts";
import { wakeSubmits } from "./wake-submits.ts";

type SweepPorts = Pick<Ports, "stores" | "queue" | "catalog" | "findObjectStore" | "clock" | "random" | "notifier" | "emit">;

/** What the janitor does at every beat, each from the tables alone. A number is how many messages or jobs it brought back. */
const DUTIES: readonly ((ports: SweepPorts) => Promise<number | void>)[] = [
  recoverLeases,
  wakeLooks,
  wakeSubmits,
  wakeArchives,
  finishRuns,
  soundDeadlines,
  tellAlarms,
  abortStrayUploads,
];

/** Does every duty; one that cannot be done now keeps none of the others from being done. Throws what the first of them threw. */
export async function sweep(ports: SweepPorts): Promise<void> {
  const failures: unknown[] = [];
  let broughtBack = 0;
  for (const duty of DUTIES) {
    try {
      broughtBack += (await duty(ports)) ?? 0;
    } catch (error) {
      failures.push(error);
    }
  }
  ports.emit({ event: "sweep.done", broughtBack });
  if (failures.length > 0) throw failures[0];
}
