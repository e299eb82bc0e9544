import { digestStream, openOutside } from "../../app.ts";
import type { BusinessDate, Interval } from "../../core/base/business-date.ts";
import type { ExportDefinition } from "../../core/exports/export-definition.ts";
import type { RunRepository } from "../../core/persistence/run-repository.ts";
import { verifyPartition } from "../../flows/publish/verify-partition.ts";
import type { CommandContext } from "../command-context.ts";
import { CommandError } from "../exit-codes.ts";
import { findExport } from "../find-export.ts";
import { formatInterval, quantity } from "../output.ts";
import { readConfiguration } from "../read-configuration.ts";
import { withPersistence } from "../with-app.ts";

const ALWAYS: Interval = { from: "0001-01-01" as BusinessDate, to: "9999-12-31" as BusinessDate };

interface ArchivedPartition {
  readonly definition: ExportDefinition;
  readonly interval: Interval;
}

/** Reads stored objects back and compares them with their manifests. `sample` is the share of the partitions to read, in (0, 1]. */
export async function verify(context: CommandContext, name: string | null, sample: number): Promise<void> {
  const config = await readConfiguration(context);
  const definitions = name === null ? [...config.exports.values()] : [findExport(config, name)];
  const partitions = await withPersistence(context, ({ database: { repositories } }) =>
    choosePartitions(repositories.runs, definitions, sample),
  );
  const outside = openOutside(config);
  const problems: string[] = [];
  try {
    for (const { definition, interval } of partitions) {
      if (context.interrupted.aborted) throw new CommandError("interrupted");
      const store = outside.findObjectStore(definition.destination);
      if (!store) throw new Error(`export ${definition.name} has no destination, although the configuration is valid`);
      const found = await verifyPartition({ store, digest: digestStream }, definition.name, interval);
      problems.push(...found.problems.map((problem) => `${definition.name} ${formatInterval(interval)}: ${problem}`));
    }
  } finally {
    outside.close();
  }
  context.output.line(`${quantity(partitions.length, "partition")} read back, ${quantity(problems.length, "problem")}`);
  if (problems.length > 0) throw new CommandError(problems.join("\n"));
}

/** Of each export a random choice of its archived partitions, at least one: repeated samples read every partition in the end. */
async function choosePartitions(
  runs: Pick<RunRepository, "coverage">,
  definitions: readonly ExportDefinition[],
  sample: number,
): Promise<ArchivedPartition[]> {
  const chosen: ArchivedPartition[] = [];
  for (const definition of definitions) {
    const jobs = (await runs.coverage(definition.name, ALWAYS)).filter((job) => job.state === "archived");
    const intervals = [...new Map(jobs.map(({ partition }) => [formatInterval(partition), partition])).values()];
    const picked = sample >= 1 ? intervals : shuffle(intervals).slice(0, Math.ceil(intervals.length * sample));
    chosen.push(...picked.map((interval) => ({ definition, interval })));
  }
  return chosen;
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
