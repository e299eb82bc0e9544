import { gunzipSync } from "node:zlib";
import { MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { RunWithJobs } from "../../../src/core/jobs/run.ts";
import { type Manifest, manifestSchema } from "../../../src/core/publish/manifest.ts";
import { createRun } from "../../../src/flows/schedule/create-run.ts";
import { buildInterval } from "../../factories/build-run.ts";
import { type Night, createNight, text } from "../../simulated/night.ts";

/** The partition that the runs of one night publish one after the other. */
export const PARTITION = "raw/schedules/business_date=2026-11-22";

/** What WFM announces about a job that it has not finished. */
export const ANNOUNCED = { records: null, compressedBytes: null, uncompressedBytes: null };

/** What readers see of the partition, key by key. */
export function published(night: Night): ReadonlyMap<string, string> {
  const own = [...night.lake.contents].filter(([key]) => key.startsWith(`${PARTITION}/`));
  return new Map(own.map(([key, body]) => [key, Buffer.from(body).toString("base64")]));
}

export function quarantined(night: Night): string[] {
  return [...night.lake.contents.keys()].filter((key) => key.startsWith("_quarantine/")).toSorted();
}

export function manifestOf(night: Night, partition = PARTITION): Manifest {
  return manifestSchema.parse(JSON.parse(text(night.lake.contents.get(`${partition}/_manifest.json`))));
}

/** The run that has published the partition. */
export function publisher(night: Night): string {
  return manifestOf(night).run.id;
}

/** The rows of every artifact that the manifest lists, in its order. */
export function storedRows(night: Night, partition = PARTITION): { readonly date: string; readonly muID: number }[] {
  return manifestOf(night, partition).artifacts.flatMap(({ uri }) => {
    const key = `${partition}/${uri.slice(uri.lastIndexOf("/") + 1)}`;
    return JSON.parse(text(gunzipSync(night.lake.contents.get(key)!)));
  });
}

/** Creates a rerun of the partition. */
export async function startOver(night: Night): Promise<RunWithJobs> {
  await createRun(night.ports, { exportName: "schedules", interval: buildInterval("2026-11-22"), trigger: "manual" });
  return await latest(night);
}

export async function latest(night: Night): Promise<RunWithJobs> {
  return (await night.runs())[0]!;
}

/** Waits until so many jobs and one more were submitted, lets WFM fail that one, and waits until the run has ended. */
export async function failOne(night: Night, place: number): Promise<void> {
  await night.until(async () => night.wfm.jobs.length > place);
  night.wfm.end(night.wfm.jobs[place]!.id, { status: "failed", errorDetails: "Internal server error" });
  await night.untilFinished();
}

/** Three chunks of one partition. WFM has not finished the last one. */
export async function untilTwoOfThree(): Promise<{ readonly night: Night; finishLast(): void }> {
  const night = await createNight({ wfm: { mostRows: 1 } });
  await night.until(async () => night.wfm.jobs.length === 4);
  const last = night.wfm.jobs.at(-1)!.id;
  night.wfm.end(last, { status: "running", announced: ANNOUNCED });
  await night.pass(30 * MINUTE_MS);
  return { night, finishLast: () => night.wfm.end(last, { status: "completed", announced: { ...ANNOUNCED, records: 1 } }) };
}
