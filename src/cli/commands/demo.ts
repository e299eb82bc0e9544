import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type App, digestStream } from "../../app.ts";
import { loadConfig } from "../../config/load-config.ts";
import { formatProblem } from "../../config/problem.ts";
import { businessDateAt } from "../../core/business-date.ts";
import { err } from "../../core/result.ts";
import type { Run } from "../../core/run.ts";
import type { RunWithJobs } from "../../core/stores.ts";
import { intervalFor } from "../../core/window.ts";
import { createRun } from "../../flows/create-run.ts";
import { planRun } from "../../flows/plan-run.ts";
import { verifyPartition } from "../../flows/verify-partition.ts";
import { type Simulator, createSimulator } from "../../simulator/create-simulator.ts";
import { expectedRecords } from "../../simulator/expected-records.ts";
import { demoConfiguration } from "../demo/demo-config.ts";
import { openDemoBucket } from "../demo/local-bucket.ts";
import { CommandError } from "../exit-codes.ts";
import { formatBytes } from "../output.ts";
import { type Session, quietEmit, withApp } from "../session.ts";
import { followRuns } from "../wait-for-runs.ts";
import { withWorkers } from "../with-workers.ts";

/** The main job with nothing installed: a simulated WFM, one night of every export, archived and proven. */
export async function demo(given: Session): Promise<void> {
  const home = join(given.env.home, "demo");
  await mkdir(home, { recursive: true });
  // Nothing of the user's own is touched: neither their database nor their queue.
  const session: Session = { ...given, env: { ...given.env, home, databaseUrl: null, queueUrl: null } };
  const { output } = session;
  const simulator = createSimulator();
  const wfmUrl = await simulator.listen(0, "127.0.0.1");
  output.note(`a simulated SmartSync serves at ${wfmUrl}`);
  const bucket = await openDemoBucket(home);
  output.note(bucket.description);
  try {
    const config = await configure(session, { wfmUrl, destination: bucket.destination });
    const credentials = bucket.credentials ? { s3Credentials: bucket.credentials } : {};
    await withApp(session, { config, emit: quietEmit(session), ...credentials }, async (app) => {
      const found = await spendNight(session, app);
      await report(session, app, { found, simulator, folder: bucket.folder });
    });
  } finally {
    await bucket.close();
    await simulator.close();
  }
}

async function configure({ env }: Session, places: Parameters<typeof demoConfiguration>[0]) {
  const file = join(env.home, "nightferry.yaml");
  const text = `# Written by nightferry demo. The simulator takes any night's login with these.\n${stringify(demoConfiguration(places))}`;
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

async function spendNight(session: Session, app: App): Promise<readonly RunWithJobs[]> {
  session.output.note("one night of all 19 exports begins");
  return await withWorkers(app, session, async () => {
    const runs: Run[] = [];
    for (const definition of app.config.exports.values()) {
      const interval = intervalFor(definition.window, businessDateAt(app.ports.clock.now(), definition.timeZone));
      runs.push(await createRun(app.ports, { exportName: definition.name, interval, trigger: "manual" }));
    }
    for (const run of runs) if (!session.interrupted.aborted) await planRun(app.ports, run, session.interrupted);
    return await followRuns(
      session,
      app,
      runs.map((run) => run.id),
    );
  });
}

interface Night {
  readonly found: readonly RunWithJobs[];
  readonly simulator: Simulator;
  readonly folder: string;
}

/** Reads everything back, holds it against its manifest and against the simulator, and shows what is there. */
async function report(session: Session, app: App, { found, simulator, folder }: Night): Promise<void> {
  const { output } = session;
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
    if (records !== expected) problems.push(`${run.exportName}: ${records} records stored, the simulator made ${expected}`);
    for (const artifact of manifest.artifacts) {
      const cells = [String(artifact.records), formatBytes(artifact.bytes), artifact.uri, artifact.sha256.slice(0, 16)];
      rows.push([run.exportName, run.interval.from, ...cells]);
    }
  }
  output.table(["export", "date", "records", "size", "key", "sha256"], rows);
  const archived = found.filter(({ run }) => run.outcome === "archived").length;
  output.line(`${archived} of ${found.length} exports archived, read back and compared; ${problems.length} differences`);
  output.line(`the objects are in ${folder}`);
  if (session.interrupted.aborted) throw new CommandError("interrupted");
  const missed = found.flatMap(({ run }) => (run.outcome === "archived" ? [] : [`${run.exportName}: ${run.outcome}`]));
  if (missed.length + problems.length > 0) throw new CommandError([...missed, ...problems].join("\n"));
}
