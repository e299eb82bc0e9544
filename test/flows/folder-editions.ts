import type { RunWithJobs } from "../../src/core/stores.ts";
import { createRun } from "../../src/flows/create-run.ts";
import { buildInterval } from "../factories/build-run.ts";
import { type Night, text } from "./night.ts";

/** The folder that runs of one night publish one after the other. */
export const FOLDER = "schedules/date=2026-11-22";

/** What readers see of the folder, key by key. */
export function published(night: Night): ReadonlyMap<string, string> {
  const own = [...night.lake.contents].filter(([key]) => key.startsWith(`${FOLDER}/`));
  return new Map(own.map(([key, body]) => [key, Buffer.from(body).toString("base64")]));
}

export function rescued(night: Night): string[] {
  return [...night.lake.contents.keys()].filter((key) => key.startsWith("_rescued/")).toSorted();
}

export function writer(night: Night): string {
  return JSON.parse(text(night.lake.contents.get(`${FOLDER}/_manifest.json`))).run.id;
}

export async function startOver(night: Night): Promise<RunWithJobs> {
  await createRun(night.ports, { exportName: "schedules", interval: buildInterval("2026-11-22"), trigger: "manual" });
  return (await night.runs())[0]!;
}

export async function latest(night: Night): Promise<RunWithJobs> {
  return (await night.runs())[0]!;
}

/** Waits for a submit, lets WFM fail it, and the run end. */
export async function failOne(night: Night, place: number): Promise<void> {
  await night.until(async () => night.wfm.jobs.length > place);
  night.wfm.end(night.wfm.jobs[place]!.id, { status: "failed", errorDetails: "Internal server error" });
  await night.untilFinished();
}
