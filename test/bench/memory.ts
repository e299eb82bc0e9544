import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { createSimulator } from "../../src/simulator/create-simulator.ts";

// A result of a gigabyte and more goes through `nightferry run` into S3, and the process that carries it is watched.
// Standard output: one line with the sizes and the peak of its resident memory.

const WANTED_BYTES = Number(process.argv[2] ?? 1024 ** 3);
const PASSWORD = "bench";

const home = await mkdtemp(join(tmpdir(), "nightferry-memory-"));
const rowBytes = 2048;
const simulator = createSimulator({
  users: [{ customerId: 1, userName: "bench", password: PASSWORD }],
  rowBytes,
  rowsPerEntityDate: Math.ceil(WANTED_BYTES / rowBytes),
  gzip: { level: 0 },
});
const bucket = await startSink();
try {
  await writeFile(
    join(home, "nightferry.yaml"),
    stringify({
      version: 1,
      connections: { bench: { url: await simulator.listen(), customerId: 1, userName: "bench", password: "${env:BENCH_PASSWORD}" } },
      destinations: { lake: { type: "s3", bucket: "lake", endpoint: bucket.url, forcePathStyle: true } },
      exports: { large: { connection: "bench", exporter: "agent-schedule-detail", select: { muIds: [101] }, destination: "lake" } },
    }),
  );
  const started = process.hrtime.bigint();
  const { code, peakKib, output } = await run();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (code !== 0) throw new Error(`nightferry run ended with ${code}:\n${output}`);
  const mib = (bytes: number) => (bytes / 1024 ** 2).toFixed(0);
  process.stdout.write(
    `result ${mib(simulator.stats.resultBytes)} MiB on the wire, ${mib(bucket.stored())} MiB stored, ` +
      `peak resident ${(peakKib / 1024).toFixed(0)} MiB, whole command ${seconds.toFixed(0)} s\n${output}`,
  );
} finally {
  await simulator.close();
  await bucket.close();
  await rm(home, { recursive: true, force: true });
}

/** Runs the command, and reads the peak that the kernel keeps for it as long as it lives. */
async function run(): Promise<{ code: number | null; peakKib: number; output: string }> {
  const child = spawn(
    process.execPath,
    [...(process.env["BENCH_FLAGS"]?.split(" ") ?? []), "dist/src/cli/main.js", "--config", join(home, "nightferry.yaml"), "run", "large"],
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
  let peakKib = 0;
  const watch = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, "utf8").then(
      (text) => void (peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0))),
      () => undefined,
    );
  }, 100);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  return { code, peakKib, output };
}

/** An S3 that remembers sizes and checksums instead of bytes, so that the disk is not what is measured. */
async function startSink(): Promise<{ url: string; stored(): number; close(): Promise<void> }> {
  const objects = new Map<string, { bytes: number; crc32: string }>();
  const small = new Map<string, Buffer>();
  let received = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://s3");
    const chunks: Buffer[] = [];
    const isPart = url.searchParams.has("partNumber");
    const hash = createHash("md5");
    request.on("data", (chunk: Buffer) => {
      hash.update(chunk);
      if (isPart) received += chunk.byteLength;
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const key = url.pathname;
      const xml = (text: string) => response.writeHead(200, { "content-type": "application/xml" }).end(text);
      if (request.method === "POST" && url.searchParams.has("uploads")) {
        return xml("<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>");
      }
      if (request.method === "POST") {
        objects.set(key, { bytes: received, crc32: String(request.headers["x-amz-checksum-crc32"] ?? "") });
        return xml("<CompleteMultipartUploadResult><ETag>one</ETag></CompleteMultipartUploadResult>");
      }
      if (request.method === "PUT") {
        if (!isPart) small.set(key, body);
        return response.writeHead(200, { etag: `"${hash.digest("hex")}"` }).end();
      }
      if (request.method === "HEAD" && objects.has(key)) {
        const { bytes, crc32 } = objects.get(key)!;
        return response
          .writeHead(200, { "content-length": bytes, "x-amz-checksum-crc32": crc32, "x-amz-checksum-type": "FULL_OBJECT" })
          .end();
      }
      if (request.method === "GET" && small.has(key)) return response.writeHead(200).end(small.get(key));
      if (request.method === "DELETE") return response.writeHead(204).end();
      return response.writeHead(404, { "content-type": "application/xml" }).end("<Error><Code>NoSuchKey</Code></Error>");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stored: () => received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
