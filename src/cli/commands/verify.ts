import { digestStream, openOutside } from "../../app.ts";
import type { Interval } from "../../core/business-date.ts";
import { parseBusinessDate } from "../../core/business-date.ts";
import type { ExportDefinition } from "../../core/export-definition.ts";
import { verifyPartition } from "../../flows/verify-partition.ts";
import { CommandError } from "../exit-codes.ts";
import { formatInterval } from "../output.ts";
import { type Session, readConfiguration, withTruth } from "../session.ts";
import { quantity } from "./check.ts";
import { findExport } from "./plan.ts";

const ALWAYS = { from: parseBusinessDate("0001-01-01"), to: parseBusinessDate("9999-12-31") };

/** Reads stored objects back and compares them with their manifests. `sample` is the share of the partitions to read, in (0, 1]. */
export async function verify(session: Session, name: string | null, sample: number): Promise<void> {
  const config = await readConfiguration(session);
  const definitions = name === null ? [...config.exports.values()] : [findExport(config, name)];
  const outside = openOutside(config);
  const problems: string[] = [];
  let verified = 0;
  try {
    for (const definition of definitions) {
      for (const interval of choose(await listArchived(session, definition), sample)) {
        if (session.interrupted.aborted) throw new CommandError("interrupted");
        const found = await verifyOne(outside, definition, interval);
        problems.push(...found);
        verified += 1;
      }
    }
  } finally {
    outside.close();
  }
  session.output.line(`${quantity(verified, "partition")} read back, ${quantity(problems.length, "problem")}`);
  if (problems.length > 0) throw new CommandError(problems.join("\n"));
}

async function verifyOne(outside: ReturnType<typeof openOutside>, definition: ExportDefinition, interval: Interval): Promise<string[]> {
  const store = outside.findObjectStore(definition.destination);
  if (!store) return [];
  const { problems } = await verifyPartition({ store, digest: digestStream }, definition.name, interval);
  return problems.map((problem) => `${definition.name} ${formatInterval(interval)}: ${problem}`);
}

async function listArchived(session: Session, definition: ExportDefinition): Promise<Interval[]> {
  const { from, to } = ALWAYS;
  if (!from || !to) return [];
  const jobs = await withTruth(session, ({ database }) => database.stores.runs.coverage(definition.name, { from, to }));
  const archived = jobs.filter((job) => job.state === "archived").map((job) => job.partition);
  return [...new Map(archived.map((interval) => [formatInterval(interval), interval])).values()];
}

/** A random choice, at least one, so that every partition is read sooner or later. */
function choose(intervals: readonly Interval[], sample: number): Interval[] {
  if (sample >= 1) return [...intervals];
  const wanted = Math.max(1, Math.ceil(intervals.length * sample));
  return [...intervals]
    .map((interval) => ({ interval, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, wanted)
    .map(({ interval }) => interval);
}
