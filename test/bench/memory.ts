import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { z } from "zod";
import { createSimulator } from "../../src/simulator/create-simulator.ts";
import { printTable } from "./print-table.ts";
import { startS3Sink } from "./s3-sink.ts";
import { startWireTap } from "./wire-tap.ts";

/**
 * What a large result costs on its way through `nightferry run` into S3, and whether its bytes are stored as they arrived. A run with a
 * result of a few rows is measured first: the processor time beyond it belongs to the bytes.
 *
 *   npm run bench:memory -- [--bytes 1073741824] [--plain] [--program dist/src/cli/main.js]
 */
const { values: options } = parseArgs({
  options: {
    bytes: { type: "string", default: String(1024 ** 3) },
    plain: { type: "boolean", default: false },
    program: { type: "string", default: "dist/src/cli/main.js" },
  },
});

const PASSWORD = "bench";
const ROW_BYTES = 512;
const GIGABYTE = 1e9;
const MEGABYTE = 1e6;

interface Figures {
  readonly wireBytes: number;
  readonly storedBytes: number;
  readonly decodedBytes: number;
  readonly isStoredAsSent: boolean;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

const small = await measure(10);
const large = await measure(Math.ceil(Number(options.bytes) / ROW_BYTES));
const decodedGigabytes = (large.decodedBytes - small.decodedBytes) / GIGABYTE;
printTable({
  "sent as": options.plain ? "plain" : "gzip",
  "decoded, MB": (large.decodedBytes / MEGABYTE).toFixed(1),
  "on the wire, MB": (large.wireBytes / MEGABYTE).toFixed(1),
  "stored, MB": (large.storedBytes / MEGABYTE).toFixed(1),
  "SHA-256 of wire and stored bytes": options.plain ? "compressed on the way" : large.isStoredAsSent ? "equal" : "different",
  "CPU seconds of a run with 10 rows": small.cpuSeconds.toFixed(2),
  "CPU seconds of this run": large.cpuSeconds.toFixed(2),
  "CPU seconds per decoded GB": ((large.cpuSeconds - small.cpuSeconds) / decodedGigabytes).toFixed(2),
  "peak resident, MB, with 10 rows": (small.peakRssBytes / MEGABYTE).toFixed(0),
  "peak resident, MB": (large.peakRssBytes / MEGABYTE).toFixed(0),
});

async function measure(rows: number): Promise<Figures> {
  const home = await mkdtemp(join(tmpdir(), "nightferry-memory-"));
  const simulator = createSimulator({
    users: [{ customerId: 1, userName: "bench", password: PASSWORD }],
    rowBytes: ROW_BYTES,
    rowsPerEntityDate: rows,
    gzip: false,
  });
  const tap = await startWireTap(await simulator.listen(), options.plain ? "plain" : "gzip");
  const sink = await startS3Sink();
  try {
    const connection = { url: tap.url, customerId: 1, userName: "bench", password: "${env:BENCH_PASSWORD}" };
    const config = {
      version: 1,
      connections: { bench: connection },
      destinations: { lake: { type: "s3", bucket: "lake", endpoint: sink.url, forcePathStyle: true } },
      exports: { large: { connection: "bench", exporter: "agent-schedule-detail", select: { muIds: [101] }, destination: "lake" } },
    };
    await writeFile(join(home, "nightferry.yaml"), stringify(config));
    const usage = await run(home);
    return {
      wireBytes: tap.resultBytes(),
      storedBytes: sink.storedBytes(),
      decodedBytes: readDecodedBytes(sink.smallObject("/_manifest.json")),
      isStoredAsSent: tap.resultSha256() === sink.storedSha256(),
      cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
      peakRssBytes: usage.maxRSS * 1024,
    };
  } finally {
    await simulator.close();
    await tap.close();
    await sink.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs the command in a process that writes down what it has used when it ends. */
async function run(home: string): Promise<NodeJS.ResourceUsage> {
  const usageFile = join(home, "usage.json");
  const report = `import { writeFileSync } from "node:fs";
    process.on("exit", () => writeFileSync(${JSON.stringify(usageFile)}, JSON.stringify(process.resourceUsage())));`;
  const child = spawn(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(report)}`,
      options.program,
      "--config",
      join(home, "nightferry.yaml"),
      "run",
      "large",
    ],
    {
      env: {
        ...process.env,
        BENCH_PASSWORD: PASSWORD,
        NIGHTFERRY_HOME: join(home, "state"),
        AWS_ACCESS_KEY_ID: "bench",
        AWS_SECRET_ACCESS_KEY: "bench",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`nightferry run ended with ${code}:\n${output}`);
  return JSON.parse(await readFile(usageFile, "utf8")) as NodeJS.ResourceUsage;
}

function readDecodedBytes(manifest: Buffer | null): number {
  if (!manifest) throw new Error("no manifest was stored");
  const artifact = z.object({ uncompressedBytes: z.number() });
  const { artifacts } = z.object({ artifacts: z.array(artifact) }).parse(JSON.parse(manifest.toString()));
  return artifacts.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0);
}
