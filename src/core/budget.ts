/** A job's identity for the rule that at most one unsettled intent may exist per connection, exporter and format. */
export interface IntentKey {
  readonly exporter: string;
  readonly outputFormat: string;
}

/** What is alive on a connection's server, as our tables have it. */
export interface AliveJobs {
  /** Jobs that are submitting, waiting or running. */
  readonly count: number;
  /** The intents among them whose POST is not settled yet. */
  readonly unsettled: readonly IntentKey[];
}

export type Admission = "admit" | "no-place" | "intent-unsettled";

/** Whether one more job may be submitted now. */
export function decideAdmission(job: IntentKey, alive: AliveJobs, budget: number): Admission {
  if (alive.count >= budget) return "no-place";
  const isTaken = alive.unsettled.some((key) => key.exporter === job.exporter && key.outputFormat === job.outputFormat);
  return isTaken ? "intent-unsettled" : "admit";
}

/** The pending jobs to wake now, in the order given: as many as there are places, one per exporter and format. */
export function admissible<T extends IntentKey>(pending: readonly T[], alive: AliveJobs, budget: number): T[] {
  const admitted: T[] = [];
  for (const job of pending) {
    const then = { count: alive.count + admitted.length, unsettled: [...alive.unsettled, ...admitted] };
    const admission = decideAdmission(job, then, budget);
    if (admission === "no-place") break;
    if (admission === "admit") admitted.push(job);
  }
  return admitted;
}
