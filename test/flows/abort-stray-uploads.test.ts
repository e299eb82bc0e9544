import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job, StateName } from "../../src/core/job.ts";
import { rawArtifactKey } from "../../src/core/object-key.ts";
import type { UnfinishedUpload } from "../../src/core/object-store.ts";
import { abortStrayUploads } from "../../src/flows/abort-stray-uploads.ts";
import { seedJob } from "../contracts/seed.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildInterval } from "../factories/build-run.ts";
import { createNight, type Night } from "./night.ts";

const HOUR_MS = 3_600_000;
const FACTS = { mediaType: "application/json", encoding: "gzip" } as const;

/** What an upload can be; only the first two are anybody's leftover of ours. */
const KINDS = [
  "given-up",
  "rescue-given-up",
  "young",
  "staged",
  "archiving",
  "unknown-export",
  "rescue",
  "foreign-rescue",
  "foreign",
] as const;
type Kind = (typeof KINDS)[number];
const STRAY: ReadonlySet<Kind> = new Set(["given-up", "rescue-given-up"]);

const HOURS: Readonly<Record<Kind, number>> = {
  "given-up": 1,
  "rescue-given-up": 48,
  young: 0.99,
  staged: 30,
  archiving: 30,
  "unknown-export": 300,
  rescue: 30,
  "foreign-rescue": 300,
  foreign: 300,
};

const STATE_OF: Partial<Record<Kind, StateName>> = { "given-up": "ready", young: "ready", staged: "ready", archiving: "archiving" };

/** An upload of this kind, begun through the store and dated back. Each has a folder of its own. */
async function place(night: Night, kind: Kind, day: number): Promise<UnfinishedUpload> {
  const interval = buildInterval(`2026-01-${String(1 + (day % 28)).padStart(2, "0")}`);
  const key = { foreign: `backups/${day}.tar`, "foreign-rescue": `_rescued/other/${day}.gz` }[kind as string] ?? `_rescued/acme/${day}.gz`;
  const state = STATE_OF[kind];
  const job: Job | null = state ? await seedJob(night.stores, state, { interval, part: day }) : null;
  const own = kind === "unknown-export" ? rawArtifactKey("nobody", interval, { part: day, outputFormat: "JSON" }) : key;
  const upload = await night.lake.begin(job ? rawArtifactKey(job.exportName, interval, job) : own, FACTS);
  if (!upload.ok) throw new Error("the fake store begins everything");
  await upload.value.write(new Uint8Array([day]));
  const staged = await upload.value.finish();
  if (!staged.ok) throw new Error("the fake store stages everything");
  const { uploadId } = staged.value;
  const begun = { key: staged.value.key, uploadId, startedAt: new Date(night.clock.now().getTime() - HOURS[kind] * HOUR_MS) };
  night.lake.uploads.set(uploadId, begun);
  if (job && kind === "staged") {
    const result = { ...staged.value, records: 1, uncompressedBytes: 1 };
    await night.stores.artifacts.stage({ jobId: job.id, uri: "memory://x", result, committedAt: null });
  }
  return begun;
}

async function openNight(): Promise<Night> {
  return await createNight({ exports: [buildExport({ schedule: null })] });
}

describe("stray uploads", () => {
  it("are aborted, those of ours that nobody finishes, and no others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...KINDS), { maxLength: 12 }), async (kinds) => {
        const night = await openNight();
        const placed: (readonly [Kind, UnfinishedUpload])[] = [];
        for (const [day, kind] of kinds.entries()) placed.push([kind, await place(night, kind, day)]);
        await abortStrayUploads(night.ports);
        const left = placed.filter(([kind]) => !STRAY.has(kind)).map(([, upload]) => upload);
        expect(night.lake.uploads).toEqual(new Map(left.map((upload) => [upload.uploadId, upload])));
        expect(night.events).toEqual([
          { event: "uploads.swept", destination: "lake", seen: kinds.length, aborted: kinds.length - left.length, failure: null },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("are looked for once an hour, by one of several replicas", async () => {
    const night = await openNight();
    await Promise.all([abortStrayUploads(night.ports), abortStrayUploads(night.ports), abortStrayUploads(night.ports)]);
    await night.clock.advance(HOUR_MS - 1);
    await abortStrayUploads(night.ports);
    const lists = () => night.lake.operations.filter(({ operation }) => operation === "listUploads").length;
    expect(lists()).toBe(1);
    await night.clock.advance(1);
    await abortStrayUploads(night.ports);
    expect(lists()).toBe(2);
  });

  it("are a duty of the sweep", async () => {
    const night = await openNight();
    const stray = await place(night, "given-up", 1);
    await night.pass(10_000);
    expect(night.lake.uploads.has(stray.uploadId)).toBe(false);
  });

  it.each(["listUploads", "discard"] as const)("wait for the next hour when the store refuses to %s", async (operation) => {
    const night = await openNight();
    await place(night, "given-up", 1);
    const failure = { reason: "storage-denied", target: "memory://bucket", detail: "not allowed" } as const;
    night.lake.failNext(operation, failure);
    await abortStrayUploads(night.ports);
    expect(night.events).toMatchObject([{ event: "uploads.swept", aborted: 0, failure }]);
    await night.clock.advance(HOUR_MS);
    await abortStrayUploads(night.ports);
    expect(night.events.at(-1)).toMatchObject({ event: "uploads.swept", aborted: 1, failure: null });
  });

  it("of a killed archiver are gone an hour later, and what it had in hand is archived", async () => {
    const night = await createNight();
    await night.until(async () => (await night.jobs()).length > 0);
    const [job] = await night.jobs();
    await night.lake.begin(rawArtifactKey(job!.exportName, job!.partition, job!), FACTS);
    await night.untilFinished();
    expect(night.lake.uploads.size).toBe(1);
    await night.pass(2 * HOUR_MS);
    expect(night.lake.uploads.size).toBe(0);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});
