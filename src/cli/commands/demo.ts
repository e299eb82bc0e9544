import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type App, digestStream } from "../../app.ts";
import { loadConfig } from "../../config/load-config.ts";
import { formatProblem } from "../../config/problem.ts";
import { businessDateAt } from "../../core/base/business-date.ts";
import { err } from "../../core/base/result.ts";
import type { Run, RunWithJobs } from "../../core/jobs/run.ts";
import { intervalFor } from "../../core/exports/window.ts";
import { createRun } from "../../flows/schedule/create-run.ts";
import { verifyPartition } from "../../flows/publish/verify-partition.ts";
import { type Simulator, createSimulator } from "../../simulator/create-simulator.ts";
import { expectedRecords } from "../../simulator/expected-records.ts";
import { demoConfiguration } from "../demo/demo-config.ts";
import { openDemoBucket } from "../demo/local-bucket.ts";
import { CommandError } from "../exit-codes.ts";
import { formatBytes, quantity } from "../output.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommandEmit } from "../command-log.ts";
import { followRuns } from "../wait-for-runs.ts";
import { withApp } from "../with-app.ts";
import { withWorkers } from "../with-workers.ts";

/** Shows the whole program with nothing installed: a simulated WFM, and one night of every export, archived and proven. */
export async function demo(given: CommandContext): Promise<void> {
  const home = join(given.env.home, "demo");
  await mkdir(home, { recursive: true });
  // The demo uses neither the database nor the queue of the user.
  const context: CommandContext = { ...given, env: { ...given.env, home, databaseUrl: null, queueUrl: null } };
  const { output } = context;
  const simulator = createSimulator();
  const wfmUrl = await simulator.listen(0, "127.0.0.1");
  output.note(`a simulated SmartSync listens on ${wfmUrl}`);
  const bucket = await openDemoBucket(home);
  output.note(bucket.description);
  try {
    const config = await configure(context, { wfmUrl, destination: bucket.destination });
    const credentials = bucket.credentials ? { s3Credentials: bucket.credentials } : {};
    await withApp(context, { config, emit: createCommandEmit(context), ...credentials }, async (app) => {
      const found = await spendNight(context, app);
      await report(context, app, { found, simulator, directory: bucket.directory });
    });
  } finally {
    await bucket.close();
    await simulator.close();
  }
}

async function configure({ env }: CommandContext, places: Parameters<typeof demoConfiguration>[0]) {
  const file = join(env.home, "nightferry.yaml");
  const text = `# Written by nightferry demo. The simulator accepts user demo with password demo.\n${stringify(demoConfiguration(places))}`;
  await writeFile(file, text);
  const secrets = new Map([
    ["DEMO_WFM_USER", "demo"],
    ["DEMO_WFM_PASSWORD", "demo"],
  ]);
  const config = loadConfig({
    file,
    text,
    variable: (name) => secrets.get(name),
    readSecretFile: () => err("the demo has no secret files"),
  });
  if (!config.ok) throw new Error(`the demo's own configuration is wrong: ${config.error.map(formatProblem).join("; ")}`);
  return config.value;
}

async function spendNight(context: CommandContext, app: App): Promise<readonly RunWithJobs[]> {
  context.output.note("running one night of all 19 exports");
  return await withWorkers(app, context, async () => {
    const runs: Run[] = [];
    for (const definition of app.config.exports.values()) {
      const interval = intervalFor(definition.window, businessDateAt(app.ports.clock.now(), definition.timeZone));
      runs.push(await createRun(app.ports, { exportName: definition.name, interval, trigger: "manual" }));
    }
    const ids = runs.map((run) => run.id);
    return await followRuns(context, app, ids);
  });
}

interface Night {
  readonly found: readonly RunWithJobs[];
  readonly simulator: Simulator;
  readonly directory: string;
}

/** Reads all objects back, compares them with their manifests and with the simulator, and lists them. */
async function report(context: CommandContext, app: App, { found, simulator, directory }: Night): Promise<void> {
  const { output } = context;
  const rows: string[][] = [];
  const problems: string[] = [];
  for (const { run } of found) {
    const definition = app.config.exports.get(run.exportName);
    const store = definition ? app.ports.findObjectStore(definition.destination) : null;
    if (!store) continue;
    const { manifest, problems: differences } = await verifyPartition({ store, digest: digestStream }, run.exportName, run.interval);
    problems.push(...differences.map((difference) => `${run.exportName}: ${difference}`));
    if (run.outcome !== "archived" || !manifest) continue;
    const expected = manifest.requests.reduce((sum, request) => sum + expectedRecords(manifest.exporter, request, simulator.options), 0);
    const records = manifest.artifacts.reduce((sum, artifact) => sum + artifact.records, 0);
    if (records !== expected) problems.push(`${run.exportName}: ${records} records stored, but the simulator made ${expected}`);
    for (const artifact of manifest.artifacts) {
      const cells = [String(artifact.records), formatBytes(artifact.bytes), artifact.uri, artifact.sha256.slice(0, 16)];
      rows.push([run.exportName, run.interval.from, ...cells]);
    }
  }
  output.table(["export", "date", "records", "size", "key", "sha256"], rows);
  const archived = found.filter(({ run }) => run.outcome === "archived").length;
  output.line(`${archived} of ${found.length} exports archived, read back and compared; ${quantity(problems.length, "difference")}`);
  output.line(`the objects are in ${directory}`);
  if (context.interrupted.aborted) throw new CommandError("interrupted");
  const missed = found.flatMap(({ run }) => (run.outcome === "archived" ? [] : [`${run.exportName}: ${run.outcome}`]));
  if (missed.length + problems.length > 0) throw new CommandError([...missed, ...problems].join("\n"));
}
