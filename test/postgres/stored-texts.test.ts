import { afterAll, beforeAll, expect, it } from "vitest";
import { transitionOrphan } from "../../src/core/quarantine/orphan.ts";
import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { NOW, advance, after, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildJob } from "../factories/build-job.ts";
import { buildOrphan } from "../factories/build-orphan.ts";
import { buildRun } from "../factories/build-run.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

// PostgreSQL stores neither NUL nor half a surrogate pair. A server's text with either must not stop a job.

const SENT = "broken \0 at \uD800 é 😀 \uDC00";
const STORED = "broken \uFFFD at \uFFFD é 😀 \uFFFD";
const FAILURE = { reason: "job-failed", detail: SENT } as const;

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await openTestDatabase();
  database = openDatabase(server.url);
  await seedConfiguration(database.repositories);
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

it("replaces them in a job's failure and details", async () => {
  const { repositories } = database;
  const running = await seedJob(repositories, "running");
  const announced = { records: null, compressedBytes: null, uncompressedBytes: null };
  const ready = await advance(repositories, running, {
    type: "completed",
    completedAt: NOW,
    deadline: after(1),
    announced,
    additionalDetails: SENT,
  });
  expect(await repositories.jobs.find(ready.id)).toEqual({ ...ready, additionalDetails: STORED });
  const claimed = await advance(repositories, ready, { type: "claimed", fencingToken: "t", leaseUntil: after(1) });
  const released = await advance(repositories, claimed, { type: "released", failure: FAILURE, retryAt: NOW });
  expect(await repositories.jobs.find(released.id)).toMatchObject({ lastFailure: { ...FAILURE, detail: STORED } });
});

it("replaces them in a run's selection, requests and planning failure", async () => {
  const { runs } = database.repositories;
  const run = buildRun();
  await runs.create(run);
  await runs.postponePlanning(run, NOW, FAILURE);
  expect((await runs.find(run.id))?.run.planning.lastFailure).toEqual({ ...FAILURE, detail: STORED });
  const selectionOf = (text: string) => ({ timeOff: { timeOffGroupList: [{ timeOffGroup: 1, timeOffRules: [text] }] } });
  const request = { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON" } as const;
  const job = buildJob({ runId: run.id, request: { ...request, note: SENT } });
  expect(await runs.plan(run, { selection: selectionOf(SENT), selectionChange: null }, [job])).toBe(true);
  const found = await runs.find(run.id);
  expect(found?.run.selection).toEqual(selectionOf(STORED));
  expect(found?.jobs).toEqual([{ ...job, request: { ...request, note: STORED } }]);
});

it("replaces them in what is stored of orphans and alerts", async () => {
  const { orphans, alerts } = database.repositories;
  const orphan = buildOrphan();
  await orphans.add({ ...orphan, status: { ...orphan.status, errorDetails: SENT } });
  expect(await orphans.listFound({ connections: ["acme"], now: NOW, limit: 1 })).toMatchObject([{ status: { errorDetails: STORED } }]);
  const body = { kind: "connection-stopped", connection: "acme", since: NOW, detail: SENT } as const;
  await alerts.raise([{ id: "one", body, raisedAt: NOW }]);
  expect(await alerts.listUndelivered(NOW, 1)).toMatchObject([{ body: { ...body, detail: STORED } }]);
});

it("stores what an orphan's copy is, and why an orphan is gone", async () => {
  const { orphans } = database.repositories;
  const [copied, gone] = [buildOrphan(), buildOrphan()];
  const copy = { key: "k", uri: "s3://lake/k", bytes: 5, sha256: "a", mediaType: "m", encoding: "gzip", quarantinedAt: NOW } as const;
  for (const orphan of [copied, gone]) {
    await orphans.add(orphan);
    const copying = transitionOrphan(orphan, { state: "copying", failedAttempts: 0, fencingToken: "t", leaseUntil: NOW });
    await orphans.transition(orphan, copying);
    const end = orphan === copied ? ({ state: "quarantined", copy } as const) : ({ state: "gone", goneAt: NOW, failure: FAILURE } as const);
    await orphans.transition(copying, transitionOrphan(copying, end));
  }
  const rows = await query(server.url, "SELECT state, copy, gone_at, failure FROM orphans WHERE version = 2 ORDER BY state");
  expect(rows).toEqual([
    { state: "gone", copy: null, gone_at: NOW, failure: { ...FAILURE, detail: STORED } },
    { state: "quarantined", copy: { ...copy, quarantinedAt: NOW.toISOString() }, gone_at: null, failure: null },
  ]);
});
