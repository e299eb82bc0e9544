import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job, StateName } from "../../../src/core/jobs/job.ts";
import { rawArtifactKey } from "../../../src/core/publish/object-key.ts";
import type { IncompleteUpload } from "../../../src/core/ports/object-store.ts";
import { abortIncompleteUploads } from "../../../src/flows/reconcile/abort-incomplete-uploads.ts";
import { reconcileNext } from "../../../src/flows/reconcile/reconcile-next.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, createNight } from "../../simulated/night.ts";

const HOUR_MS = 3_600_000;
const FACTS = { mediaType: "application/json", encoding: "gzip" } as const;

/** What an upload can be. Only the first two are abandoned uploads of ours. */
const KINDS = [
  "abandoned",
  "quarantine-abandoned",
  "young",
  "staged",
  "archiving",
  "unknown-export",
  "quarantine",
  "other-quarantine",
  "other",
] as const;
type Kind = (typeof KINDS)[number];
const ABANDONED: ReadonlySet<Kind> = new Set(["abandoned", "quarantine-abandoned"]);

const HOURS: Readonly<Record<Kind, number>> = {
  abandoned: 1,
  "quarantine-abandoned": 48,
  young: 0.99,
  staged: 30,
  archiving: 30,
  "unknown-export": 300,
  quarantine: 30,
  "other-quarantine": 300,
  other: 300,
};

const STATE_OF: Partial<Record<Kind, StateName>> = { abandoned: "ready", young: "ready", staged: "ready", archiving: "archiving" };

/** An upload of this kind, begun through the store and dated back. Each has a partition of its own. */
async function place(night: Night, kind: Kind, day: number): Promise<IncompleteUpload> {
  const interval = buildInterval(`2026-01-${String(1 + (day % 28)).padStart(2, "0")}`);
  const key =
    { other: `backups/${day}.tar`, "other-quarantine": `_quarantine/other/${day}.gz` }[kind as string] ?? `_quarantine/acme/${day}.gz`;
  const state = STATE_OF[kind];
  const job: Job | null = state ? await seedJob(night.repositories, state, { interval, chunk: day }) : null;
  const own = kind === "unknown-export" ? rawArtifactKey("unknown", interval, { chunk: day, outputFormat: "JSON" }) : key;
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
    await night.repositories.artifacts.stage({ jobRowId: job.id, uri: "memory://x", result, committedAt: null });
  }
  return begun;
}

async function openNight(): Promise<Night> {
  return await createNight({ exports: [buildExport({ schedule: null })] });
}

describe("incomplete uploads", () => {
  it("are aborted if they are ours and abandoned, and no others are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...KINDS), { maxLength: 12 }), async (kinds) => {
        const night = await openNight();
        const placed: (readonly [Kind, IncompleteUpload])[] = [];
        for (const [day, kind] of kinds.entries()) placed.push([kind, await place(night, kind, day)]);
        await abortIncompleteUploads(night.ports);
        const left = placed.filter(([kind]) => !ABANDONED.has(kind)).map(([, upload]) => upload);
        expect(night.lake.uploads).toEqual(new Map(left.map((upload) => [upload.uploadId, upload])));
        expect(night.events).toEqual([
          { event: "uploads.aborted", destination: "lake", seen: kinds.length, aborted: kinds.length - left.length, failure: null },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("are listed once an hour, by one of several processes", async () => {
    const night = await openNight();
    const lists = () => night.lake.operations.filter(({ operation }) => operation === "listUploads").length;
    const reconcile = async () => {
      while (await reconcileNext(night.ports)) continue;
    };
    await Promise.all([reconcile(), reconcile(), reconcile()]);
    await night.clock.advance(HOUR_MS - 1);
    await reconcile();
    expect(lists()).toBe(1);
    await night.clock.advance(1);
    await reconcile();
    expect(lists()).toBe(2);
  });

  it("are aborted by a pass of the reconciler", async () => {
    const night = await openNight();
    const upload = await place(night, "abandoned", 1);
    await night.pass(10_000);
    expect(night.lake.uploads.has(upload.uploadId)).toBe(false);
  });

  it.each(["listUploads", "discard"] as const)("wait for the next pass if the store denies %s", async (operation) => {
    const night = await openNight();
    await place(night, "abandoned", 1);
    const failure = { reason: "storage-denied", target: "memory://bucket", detail: "not allowed" } as const;
    night.lake.failNext(operation, failure);
    await abortIncompleteUploads(night.ports);
    expect(night.events).toMatchObject([{ event: "uploads.aborted", aborted: 0, failure }]);
    await night.clock.advance(HOUR_MS);
    await abortIncompleteUploads(night.ports);
    expect(night.events.at(-1)).toMatchObject({ event: "uploads.aborted", aborted: 1, failure: null });
  });

  it("of a killed worker are gone an hour later, and the result that it had claimed is archived", async () => {
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
