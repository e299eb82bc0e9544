import { describe, expect, it } from "vitest";
import { readManifest } from "../../../src/flows/publish/read-manifest.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { createMemoryObjectStore } from "../../fakes/memory-object-store.ts";
import { createNight } from "../../simulated/night.ts";
import { PARTITION, latest } from "./partition-runs.ts";

const KEY = `${PARTITION}/_manifest.json`;
const DATE = buildInterval("2026-11-22");

describe("a manifest", () => {
  it("is read as it was published", async () => {
    const night = await createNight();
    await night.untilFinished();
    const manifest = await readManifest(night.lake, "schedules", DATE);
    expect(manifest).toMatchObject({ ok: true, value: { run: { id: (await latest(night)).run.id } } });
  });

  it("is null if there is none", async () => {
    expect(await readManifest(createMemoryObjectStore(), "schedules", DATE)).toEqual({ ok: true, value: null });
  });

  it.each([
    ["no JSON", "{"],
    ["another document", `{"schemaVersion":1}`],
    ["larger than any manifest", " ".repeat(16 * 1024 * 1024 + 1)],
  ])("is unreadable if the object is %s", async (_what, body) => {
    const store = createMemoryObjectStore();
    store.contents.set(KEY, new TextEncoder().encode(body));
    expect(await readManifest(store, "schedules", DATE)).toEqual({ ok: true, value: "unreadable" });
  });

  it("is a failure of the store, and not null, if it cannot be read, also in the middle", async () => {
    const store = createMemoryObjectStore();
    store.down = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" };
    expect(await readManifest(store, "schedules", DATE)).toEqual({ ok: false, error: store.down });
    store.down = null;
    const breakOff = async function* () {
      yield new TextEncoder().encode("{");
      throw new Error("connection reset");
    };
    Object.assign(store, { read: async () => ({ ok: true, value: breakOff() }) });
    expect(await readManifest(store, "schedules", DATE)).toMatchObject({ ok: false, error: { reason: "storage-error" } });
  });
});
