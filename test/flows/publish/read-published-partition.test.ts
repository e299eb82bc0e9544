import { expect, it } from "vitest";
import { readPublishedPartition } from "../../../src/flows/publish/read-published-partition.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createNight } from "../../simulated/night.ts";
import { PARTITION, publisher } from "./partition-runs.ts";

const WHERE = { exportName: "schedules", partition: buildInterval("2026-11-22") };

it("a partition is complete with _SUCCESS, partial without, and absent without a readable manifest", async () => {
  const night = await createNight();
  expect(await readPublishedPartition(night.lake, WHERE)).toEqual({ ok: true, value: null });
  await night.untilFinished();
  const manifest = { run: { id: publisher(night) } };
  expect(await readPublishedPartition(night.lake, WHERE)).toMatchObject({ ok: true, value: { isComplete: true, manifest } });
  night.lake.contents.delete(`${PARTITION}/_SUCCESS`);
  expect(await readPublishedPartition(night.lake, WHERE)).toMatchObject({ ok: true, value: { isComplete: false, manifest } });
  night.lake.contents.set(`${PARTITION}/_manifest.json`, new TextEncoder().encode("{}"));
  expect(await readPublishedPartition(night.lake, WHERE)).toEqual({ ok: true, value: null });
});

it("a store that cannot be used is a failure, and not an absent partition", async () => {
  const night = await createNight();
  night.lake.down = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" };
  expect(await readPublishedPartition(night.lake, WHERE)).toEqual({ ok: false, error: night.lake.down });
});
