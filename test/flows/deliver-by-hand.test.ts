import { describe, expect, it } from "vitest";
import { BEAT_MS, keepBeating } from "../../src/flows/keep-beating.ts";
import { deliverByHand } from "../../src/flows/deliver-by-hand.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight } from "./night.ts";

const HOUR = 3_600_000;
const down = () => Promise.reject(new Error("connection refused"));

describe("a queue that is down for the whole night", () => {
  it("keeps no result from being archived: the pulse does what messages would have asked for", async () => {
    const exports = Array.from({ length: 5 }, (_, index) => buildExport({ name: `export-${index}`, exporter: `exporter-${index}` }));
    const night = await createNight({ exports, connection: { maxConcurrentJobs: 2 } });
    const ports = { ...night.ports, queue: { send: down, sendAll: down } };
    const stopping = new AbortController();
    const pulse = {
      processId: "p",
      roles: ["scheduler", "submit", "watch", "archive", "maintain"] as const,
      onFailure: () => undefined,
      withoutQueue: (signal: AbortSignal) => (round = deliverByHand(ports, signal)),
    };
    let round = Promise.resolve();
    const beating = keepBeating(ports, pulse, stopping.signal);
    // However long a round takes by the clock on the wall, the night's clock waits for it.
    for (let beat = 0; beat < 1440 && !(await isArchived()); beat += 1) {
      await night.clock.advance(BEAT_MS);
      await round;
    }
    stopping.abort();
    await beating;
    expect((await night.runs()).map(({ run }) => run.outcome)).toEqual(exports.map(() => "archived"));
    expect(night.wfm.calls.submit).toBe(5);
    expect(night.queue.pending()).toEqual([]);

    async function isArchived(): Promise<boolean> {
      const runs = await night.runs();
      return runs.length === 5 && runs.every(({ run }) => run.outcome === "archived");
    }
  });

  it("keeps no alarm from being told", async () => {
    const night = await createNight();
    night.lake.down = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" };
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));
    await night.clock.advance(13 * HOUR);
    await deliverByHand({ ...night.ports, queue: { send: down, sendAll: down } }, new AbortController().signal);
    expect(night.told).toHaveLength(1);
  });
});
