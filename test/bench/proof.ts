import { gunzipSync, gzipSync } from "node:zlib";
import type { OutputFormat } from "../../src/core/exporters/built-in-exporters.ts";
import type { ObjectStore, Upload } from "../../src/core/ports/object-store.ts";
import { ok } from "../../src/core/base/result.ts";
import { createRecordCounter } from "../../src/formats/record-counter.ts";
import { createStageResult } from "../../src/storage/stage-result.ts";

/**
 * What the proof costs, in the processor time of this run and as a ratio to well-known work: JSON.parse and gunzip.
 * Run it with `node --import tsx test/bench/proof.ts [MiB]`. Compare ratios rather than the figures of one machine.
 */
const MEGABYTE = 1_000_000;
const MEBIBYTE = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const PIPELINE_MEBIBYTES = Number(process.argv[2] ?? 1024);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function rows(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    agentId: 10_000 + index,
    name: `Müller, Ada ${index}`,
    date: "2026-11-22",
    start: "08:15",
    stop: "16:45",
    code: "Lunch Break",
    minutes: 30.5,
    isPaid: index % 3 === 0,
    note: null,
  }));
}

const ROWS = rows(100_000);
const DOCUMENTS: Readonly<Record<OutputFormat, Buffer>> = {
  JSON: Buffer.from(JSON.stringify(ROWS)),
  PIPE: Buffer.from(ROWS.map((row) => `${Object.values(row).join("|")}\n`).join("")),
  XML: Buffer.from(
    `<opens>${ROWS.map((row) => `<muOpens><muID>${row.agentId}</muID><date>${row.date}</date></muOpens>`).join("")}</opens>`,
  ),
};

/** The best of several rounds: megabytes a second of processor time. */
function measure(bytes: number, work: () => unknown): number {
  let best = 0;
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, bytes / MEGABYTE / ((user + system) / 1e6));
  }
  return best;
}

function count(format: OutputFormat, document: Buffer): void {
  const counter = createRecordCounter(format);
  for (let at = 0; at < document.length; at += CHUNK_BYTES) counter.push(document.subarray(at, at + CHUNK_BYTES));
  const records = counter.end();
  if (!records.ok || records.value !== ROWS.length) throw new Error(`the ${format} counter is wrong: ${JSON.stringify(records)}`);
}

function benchCounters(): void {
  const parse = measure(DOCUMENTS.JSON.length, () => JSON.parse(DOCUMENTS.JSON.toString()));
  const zipped = gzipSync(DOCUMENTS.JSON, { level: 1 });
  const gunzip = measure(DOCUMENTS.JSON.length, () => gunzipSync(zipped));
  say(`JSON.parse  ${parse.toFixed(0).padStart(5)} MB/s`);
  say(`gunzip      ${gunzip.toFixed(0).padStart(5)} MB/s`);
  for (const format of ["JSON", "PIPE", "XML"] as const) {
    const speed = measure(DOCUMENTS[format].length, () => count(format, DOCUMENTS[format]));
    const ratios = `${(speed / parse).toFixed(1)} x JSON.parse, ${(speed / gunzip).toFixed(1)} x gunzip`;
    say(`${format.padEnd(5)}counter${speed.toFixed(0).padStart(5)} MB/s   ${ratios}`);
  }
}

const NOWHERE: Upload = {
  write: () => Promise.resolve(ok(undefined)),
  finish: () =>
    Promise.resolve(ok({ key: "", uploadId: "", parts: [], bytes: 0, sha256: "", crc32: "", mediaType: "", encoding: "gzip" as const })),
  abort: () => Promise.resolve(),
};

/** Only `begin` is called. */
const NULL_STORE = { begin: () => Promise.resolve(ok(NOWHERE)) } as unknown as ObjectStore;

interface Body {
  readonly encoding: "gzip" | "identity";
  readonly chunks: () => AsyncGenerator<Uint8Array>;
  readonly records: number;
}

/** A list of records of about so many MiB, which repeats the same block: gzip members may follow each other. */
function bodyOf(encoding: "gzip" | "identity", level: number): Body {
  const list = Buffer.from(`${JSON.stringify(ROWS.slice(0, 7000)).slice(1, -1)},`);
  const times = Math.ceil((PIPELINE_MEBIBYTES * MEBIBYTE) / list.length);
  const encode = (text: Buffer): Buffer => (encoding === "gzip" ? gzipSync(text, { level }) : text);
  const [head, block, tail] = [encode(Buffer.from("[")), encode(list), encode(Buffer.from("0]"))];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield head;
    for (let time = 0; time < times; time += 1) {
      // Fresh memory, as a socket would give.
      for (let at = 0; at < block.length; at += CHUNK_BYTES) yield Buffer.from(block.subarray(at, at + CHUNK_BYTES));
    }
    yield tail;
  }
  return { encoding, chunks, records: times * 7000 + 1 };
}

async function benchPipeline(title: string, body: Body): Promise<void> {
  const stageResult = createStageResult({ createRecordCounter });
  const rssBefore = process.memoryUsage.rss();
  let peak = rssBefore;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body.chunks()) {
      peak = Math.max(peak, process.memoryUsage.rss());
      yield chunk;
    }
  }
  const cpuBefore = process.cpuUsage();
  const startedAt = process.hrtime.bigint();
  const staged = await stageResult({
    result: { mediaType: "application/json", encoding: body.encoding, announcedBytes: null, body: watched(), discard: () => undefined },
    store: NULL_STORE,
    key: "bench",
    outputFormat: "JSON",
    announced: { records: body.records, compressedBytes: null, uncompressedBytes: null },
  });
  if (!staged.ok) throw new Error(`the pipeline refused its document: ${JSON.stringify(staged.error)}`);
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  const megabytes = staged.value.uncompressedBytes / MEGABYTE;
  const speeds = `${(megabytes / seconds).toFixed(0).padStart(5)} MB/s, ${(megabytes / ((user + system) / 1e6)).toFixed(0)} per core`;
  say(`${title.padEnd(22)}${speeds}, ${((peak - rssBefore) / MEBIBYTE).toFixed(0)} MiB more memory at its peak`);
}

benchCounters();
await benchPipeline("pipeline, gzip -0", bodyOf("gzip", 0));
await benchPipeline("pipeline, gzip -1", bodyOf("gzip", 1));
await benchPipeline("pipeline, identity", bodyOf("identity", 0));
