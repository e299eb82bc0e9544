import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { createSimulator, type Simulator } from "../../../src/simulator/create-simulator.ts";
import { CUTS } from "../../../src/simulator/faults.ts";
import { renderResult } from "../../fakes/render-result.ts";
import { gzipDocument } from "../../../src/simulator/result-body.ts";
import type { DataShapeOptions } from "../../../src/simulator/data-shape.ts";
import { createSmartSync } from "../../../src/smartsync/create-smartsync.ts";
import { createNight, type Night } from "../../simulated/night.ts";

/** The real client against the simulator, in a night of virtual time. */
interface Rig {
  readonly night: Night;
  readonly simulator: Simulator;
}

const ROWS = 200_000;
const SHAPE: DataShapeOptions = { entities: { mu: 1, ct: 0, bu: 0, eg: 0 }, rowBytes: 120, rowsPerEntityDate: ROWS };
const REQUEST = { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", muIds: [101], timeFormat: "24" };
const CREDENTIALS = { reveal: () => ({ userName: "demo", password: "demo" }) };

let opened: Rig | null = null;
afterEach(async () => {
  opened?.night.wfm.client.close();
  await opened?.simulator.close();
  opened = null;
});

/** Before a page is asked for, `beforePage` happens. */
async function start(
  faults: string,
  options: { shape?: DataShapeOptions; beforePage?: (simulator: Simulator) => void } = {},
): Promise<Rig> {
  const night = await createNight();
  const simulator = createSimulator({ ...SHAPE, ...options.shape, now: () => night.clock.now().getTime(), faults });
  const url = await simulator.listen();
  const client = createSmartSync({
    connection: "acme",
    url,
    customerId: 1,
    locale: "en_US",
    credentials: CREDENTIALS,
    clock: night.clock,
    timeouts: { idleMs: 500 },
  });
  Object.assign(night.wfm.client, client, {
    openPage: (...asked: Parameters<typeof client.openPage>) => {
      options.beforePage?.(simulator);
      return client.openPage(...asked);
    },
  });
  opened = { night, simulator };
  return opened;
}

/** How many bytes the result is on the wire. */
async function wireBytesOf(shape: DataShapeOptions): Promise<number> {
  const document: Buffer[] = [];
  for await (const chunk of renderResult("agent-schedule-detail", REQUEST, shape)) document.push(chunk);
  let bytes = 0;
  for await (const chunk of gzipDocument(document, 1)) bytes += chunk.length;
  return bytes;
}

async function plainBytesOf(shape: DataShapeOptions): Promise<number> {
  let bytes = 0;
  for await (const chunk of renderResult("agent-schedule-detail", REQUEST, shape)) bytes += chunk.length;
  return bytes;
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

/** That what is stored is what the simulator has, byte for byte. */
async function expectStored({ night }: Rig, shape: DataShapeOptions): Promise<void> {
  const [, stored] = [...night.lake.contents].find(([key]) => key.endsWith(".json.gz")) ?? [];
  const unpacked = Readable.from([Buffer.from(stored ?? [])]).pipe(createGunzip());
  expect(await digestOf(unpacked)).toBe(await digestOf(renderResult("agent-schedule-detail", REQUEST, shape)));
  expect((await night.runs())[0]?.run.outcome).toBe("archived");
}

function releases({ night }: Rig): (string | undefined)[] {
  return night.events.flatMap((one) => (one.event === "job.transitioned" && one.by === "released" ? [one.failure?.reason] : []));
}

function countOf({ night }: Rig, event: "result.resumed" | "result.restarted"): number {
  return night.events.filter((one) => one.event === event).length;
}

describe(`a result of ${ROWS} records that is cut at 90 % of its bytes`, () => {
  it("and was sent plain is completed by reading less than 15 % of its records again", { timeout: 120_000 }, async () => {
    const wireBytes = await plainBytesOf(SHAPE);
    const rig = await start(`no-gzip,cut-body=length-fin@${Math.floor(wireBytes * 0.9)}:x1`);
    await rig.night.untilFinished();
    await expectStored(rig, SHAPE);
    const { pages, resultBytes } = rig.simulator.stats;
    expect(pages).toHaveLength(1);
    const [page] = pages;
    expect(page?.records).toBeLessThan(0.15 * ROWS);
    expect((page?.startRecord ?? 0) - 1 + (page?.records ?? 0)).toBe(ROWS);
    expect(resultBytes).toBeLessThan(1.15 * wireBytes);
    expect(releases(rig)).toEqual([]);
    expect(countOf(rig, "result.resumed")).toBe(1);
  });

  it("and was sent as gzip starts over once, and continues when it is cut again", { timeout: 120_000 }, async () => {
    const cutAt = Math.floor((await wireBytesOf(SHAPE)) * 0.9);
    const rig = await start(`cut-body=gzip-length@${cutAt}:x2`);
    await rig.night.untilFinished();
    await expectStored(rig, SHAPE);
    const [first, second, ...others] = rig.simulator.stats.pages;
    expect(first).toMatchObject({ startRecord: 1, records: ROWS });
    expect(second?.records).toBeLessThan(0.15 * ROWS);
    expect(others).toEqual([]);
    expect(releases(rig)).toEqual([]);
    expect([countOf(rig, "result.restarted"), countOf(rig, "result.resumed")]).toEqual([1, 1]);
  });

  it("is fetched again as a whole if the server does not page", { timeout: 120_000 }, async () => {
    const wireBytes = await wireBytesOf(SHAPE);
    const rig = await start(`no-pages,cut-body=length-fin@${Math.floor(wireBytes * 0.9)}:x1`);
    await rig.night.untilFinished();
    await expectStored(rig, SHAPE);
    expect(rig.simulator.stats.pages).toEqual([]);
    expect(releases(rig)).toEqual(["body-cut"]);
    expect([countOf(rig, "result.restarted"), countOf(rig, "result.resumed")]).toEqual([1, 0]);
  });
});

describe("a large result", () => {
  const shape: DataShapeOptions = { ...SHAPE, rowsPerEntityDate: 40_000, rowBytes: 400 };

  it("sent as gzip is stored byte for byte as it arrived", { timeout: 60_000 }, async () => {
    const rig = await start("", { shape });
    await rig.night.untilFinished();
    const document: Buffer[] = [];
    for await (const chunk of renderResult("agent-schedule-detail", REQUEST, shape)) document.push(chunk);
    const [, stored] = [...rig.night.lake.contents].find(([key]) => key.endsWith(".json.gz")) ?? [];
    expect(await digestOf(Readable.from([Buffer.from(stored ?? [])]))).toBe(await digestOf(Readable.from(gzipDocument(document, 1))));
    expect(stored?.length).toBe(rig.simulator.stats.resultBytes);
  });

  it.each(CUTS)("cut by %s starts over once, and is joined", { timeout: 60_000 }, async (cut) => {
    const at = cut === "short-document" ? 9_000_000 : Math.floor((await wireBytesOf(shape)) / 2);
    const rig = await start(`cut-body=${cut}@${at}:x1`, { shape });
    await rig.night.untilFinished();
    await expectStored(rig, shape);
    expect(releases(rig)).toEqual([]);
    expect(rig.simulator.stats.pages).toMatchObject([{ startRecord: 1 }]);
    expect(countOf(rig, "result.restarted")).toBe(1);
  });

  it.each(CUTS)("sent plain and cut by %s continues behind its last whole record", { timeout: 60_000 }, async (cut) => {
    const rig = await start(`no-gzip,cut-body=${cut}@9000000:x1`, { shape });
    await rig.night.untilFinished();
    await expectStored(rig, shape);
    expect(releases(rig)).toEqual([]);
    expect(rig.simulator.stats.pages[0]?.startRecord).toBeGreaterThan(1000);
  });

  it("whose pages break off, too, continues with the next", { timeout: 60_000 }, async () => {
    const rig = await start("no-gzip,cut-body=length-fin@3000000:x4", { shape });
    await rig.night.untilFinished();
    await expectStored(rig, shape);
    expect(rig.simulator.stats.pages).toHaveLength(4);
    expect(countOf(rig, "result.resumed")).toBe(4);
  });

  it("continues with a new session if the old one has expired meanwhile", { timeout: 60_000 }, async () => {
    const rig = await start("no-gzip,cut-body=length-fin@9000000:x1", { shape, beforePage: (simulator) => simulator.advance(31 * 60_000) });
    await rig.night.untilFinished();
    await expectStored(rig, shape);
    expect(releases(rig)).toEqual([]);
    expect(rig.simulator.stats.logins).toBe(2);
  });

  it("that has expired meanwhile is released with that failure", { timeout: 60_000 }, async () => {
    const rig = await start("no-gzip,cut-body=length-fin@9000000:x1", {
      shape,
      beforePage: (simulator) => simulator.advance(25 * 3_600_000),
    });
    await rig.night.until(async () => releases(rig).length > 0);
    expect(releases(rig)).toEqual(["job-unknown"]);
    expect([rig.night.lake.staged.size, rig.night.lake.contents.size]).toEqual([0, 0]);
  });
});
