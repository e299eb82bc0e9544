import { expect, it } from "vitest";
import { verifyPartition } from "../../../src/flows/publish/verify-partition.ts";
import { digestStream } from "../../../src/storage/digest-stream.ts";
import { buildInterval } from "../../factories/build-run.ts";
import type { MemoryObjectStore } from "../../fakes/memory-object-store.ts";
import { type Night, createNight } from "../../simulated/night.ts";
import { PARTITION } from "./partition-runs.ts";

const PART = `${PARTITION}/part-000.json.gz`;

async function verify({ lake }: Night): Promise<readonly string[]> {
  return (await verifyPartition({ store: lake, digest: digestStream }, "schedules", buildInterval("2026-11-22"))).problems;
}

it("a published partition has no problems", async () => {
  const night = await createNight();
  expect(await verify(night)).toEqual(["there is no manifest"]);
  await night.untilFinished();
  expect(await verify(night)).toEqual([]);
});

it.each<[string, (lake: MemoryObjectStore) => unknown, RegExp]>([
  ["is missing", ({ contents }) => contents.delete(PART), /part-000\.json\.gz is missing$/],
  ["has another size", ({ contents }) => contents.set(PART, contents.get(PART)!.subarray(1)), /has \d+ bytes, the manifest says \d+$/],
  [
    "has other bytes",
    ({ contents }) =>
      contents.set(
        PART,
        contents.get(PART)!.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
      ),
    /has SHA-256 [0-9a-f]+, the manifest says [0-9a-f]+$/,
  ],
  ["cannot be read", (lake) => lake.failNext("read", { reason: "storage-full", target: "x" }), /./],
])("an object that %s is a problem", async (_what, damage, problem) => {
  const night = await createNight();
  await night.untilFinished();
  damage(night.lake);
  const problems = await verify(night);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

it("an unreadable manifest is a problem", async () => {
  const night = await createNight();
  await night.untilFinished();
  night.lake.contents.set(`${PARTITION}/_manifest.json`, new Uint8Array());
  expect(await verify(night)).toEqual(["the manifest cannot be read"]);
});
