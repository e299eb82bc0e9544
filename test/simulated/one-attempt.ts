import { gzipSync } from "node:zlib";
import type { Failure } from "../../src/core/base/failure.ts";
import type { Job } from "../../src/core/jobs/job.ts";
import type { RunWithJobs } from "../../src/core/jobs/run.ts";
import type { JobRepository } from "../../src/core/persistence/job-repository.ts";
import { archiveNext } from "../../src/flows/archive/archive-next.ts";
import { createRun } from "../../src/flows/schedule/create-run.ts";
import { planNextRun } from "../../src/flows/plan/plan-run.ts";
import { submitNextJob } from "../../src/flows/submit/submit-job.ts";
import { pollNextConnection } from "../../src/flows/poll/poll-connection.ts";
import { createSmartSyncOver } from "../../src/smartsync/create-smartsync.ts";
import type { WfmRequest } from "../../src/smartsync/transport.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildInterval } from "../factories/build-run.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import type { MemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createScriptedTransport, type ScriptedAnswer } from "../fakes/scripted-transport.ts";
import { JOB_ID } from "../smartsync/fixture.ts";
import { createNightLoop } from "./night-loop.ts";

export type Requested = "login" | "entities" | "submit" | "list" | "status" | "result";

export interface OneAttempt {
  readonly found: RunWithJobs;
  readonly lake: MemoryObjectStore;
  /** Every state that the job was in. */
  readonly states: readonly string[];
  readonly failures: readonly Failure[];
}

export const RECORDS = 41;
export const ROWS = JSON.stringify(Array.from({ length: RECORDS }, (_, index) => ({ date: "2026-11-22", muID: 1000 + index })));

const JSON_HEADERS = { "content-type": "application/json" };

export function answerJson(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify(body) ?? "") };
}

export function answerPacked(text: string): ScriptedAnswer {
  return { status: 200, headers: { ...JSON_HEADERS, "content-encoding": "gzip" }, body: gzipSync(text) };
}

const JOB = { jobId: JOB_ID, status: "COMPLETED_SUCCESFULLY", totalRecords: RECORDS };

/** The answers of a server with which everything goes right. */
const RIGHT: Readonly<Record<Requested, ScriptedAnswer>> = {
  login: answerJson({ jsessionId: "canary.web01" }),
  entities: answerJson([101, 102, 103].map((id) => ({ entityType: "mu", id, name: `MU ${id}` }))),
  submit: answerJson({ jobId: JOB_ID }),
  list: answerJson([JOB]),
  status: answerJson(JOB),
  result: answerPacked(ROWS),
};

/**
 * One run, step by step, as far as it gets in so many polls and attempts to archive, against a server with these answers in place of the
 * right ones.
 */
export async function attemptRun(answers: Partial<Record<Requested, ScriptedAnswer>>, rounds = 1): Promise<OneAttempt> {
  const clock = createManualClock();
  const transport = createScriptedTransport((call) => ({ ...RIGHT, ...answers })[requestedBy(call)]);
  const credentials = { reveal: () => ({ userName: "demo", password: "password-canary" }) };
  const night = await createNightLoop({
    clock,
    exports: [buildExport({ schedule: null })],
    openClient: () =>
      createSmartSyncOver(transport, {
        connection: "acme",
        customerId: 1,
        locale: "en_US",
        credentials,
        clock,
        timeouts: { idleMs: 1000 },
      }),
  });
  const { ports } = night;
  const run = await createRun(ports, { exportName: "schedules", interval: buildInterval(), trigger: "manual" });
  await planNextRun(ports, run.id);
  while (await submitNextJob(ports)) continue;
  for (let round = 0; round < rounds; round += 1) {
    await clock.advance(1_200_000);
    await pollNextConnection(ports, "acme");
    await archiveNext(ports, null);
  }
  const [found] = await night.runs();
  if (!found) throw new Error("the run is gone");
  const failures = night.events.flatMap((event) => ("failure" in event && event.failure ? [event.failure] : []));
  return { found, lake: night.lake, states: await statesOf(found.jobs, night.repositories.jobs), failures };
}

async function statesOf(jobs: readonly Job[], repository: Pick<JobRepository, "history">): Promise<string[]> {
  const histories = await Promise.all(jobs.map(({ id }) => repository.history(id)));
  return histories.flat().map(({ to }) => to);
}

function requestedBy({ method, path }: WfmRequest): Requested {
  if (path.endsWith("/login")) return "login";
  if (path.includes("/entities/")) return "entities";
  if (method === "POST") return "submit";
  if (path.endsWith("/status")) return "list";
  return path.includes("/status/") ? "status" : "result";
}
