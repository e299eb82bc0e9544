import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { createJobRepository } from "../../src/postgres/job-repository.ts";
import { NOW, after, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { buildRun } from "../factories/build-run.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

// What claims do while another transaction has locked a row. Most do not wait for it, and claim the next one.

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await openTestDatabase();
  database = openDatabase(server.url, { applicationName: server.schema });
});

beforeEach(async () => {
  await query(server.url, "TRUNCATE connections, exports, runs, jobs, artifacts, job_transitions, orphans");
  await seedConfiguration(database.repositories);
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

/** What a call returns while another transaction has locked a row. */
async function whileLocked<T>(table: string, where: string, call: () => Promise<T>): Promise<T> {
  return await database.prisma.$transaction(async (tx) => {
    await tx.$queryRawUnsafe(`SELECT FROM ${table} WHERE ${where} FOR UPDATE`);
    return await call();
  });
}

const claimReady = (id: string | null) =>
  database.repositories.jobs.claimReady({ id, scope: "closed-breakers", now: NOW, fencingToken: "t", leaseUntil: after(1) });

it.each([13, 1])("claims the next result while the most urgent one is locked (deadline in %i hours)", async (hours) => {
  const deadline = after(hours * 3_600_000);
  const first = await seedJob(database.repositories, "ready", { times: { deadline } });
  const second = await seedJob(database.repositories, "ready", { times: { deadline: after(1, deadline) } });
  const claimed = await whileLocked("jobs", `id = '${first.id}'`, async () => [await claimReady(null), await claimReady(first.id)]);
  expect(claimed.map((result) => result?.job.id)).toEqual([second.id, undefined]);
  expect((await claimReady(null))?.job.id).toBe(first.id);
});

it("claims the next run while the oldest one is locked", async () => {
  const { runs } = database.repositories;
  const [first, second] = [buildRun(), buildRun({ generation: 1, createdAt: NOW })];
  for (const run of [first, second]) await runs.create(run);
  const claim = () => runs.claimUnplanned({ id: null, now: NOW, until: after(1) });
  const claimed = await whileLocked("runs", `id = '${first.id}'`, async () => [await claim(), await claim()]);
  expect(claimed.map((one) => one?.run.id)).toEqual([second.id, undefined]);
});

it("claims the next connection while the most overdue one is locked", async () => {
  const { connections } = database.repositories;
  await connections.setPollState("acme", { nextPollAt: after(-1), failedPolls: 0 });
  await connections.setPollState("other", { nextPollAt: NOW, failedPolls: 0 });
  const claim = () => connections.claimPoll({ connection: null, now: NOW, until: after(1) });
  const claimed = await whileLocked("connections", "name = 'acme'", async () => [await claim(), await claim()]);
  expect(claimed.map((one) => one?.connection)).toEqual(["other", undefined]);
});

/** Resolves when so many connections of this test wait for a lock. */
async function untilBlocked(count: number): Promise<void> {
  while (!(await isBlocked(count)));
}

async function isBlocked(count: number): Promise<boolean> {
  const blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = $1";
  return (await query(server.url, blocked, [server.schema])).length >= count;
}

it("keeps the concurrency limit when claims choose different jobs before either is stored", async () => {
  const { repositories } = database;
  await repositories.exports.sync([buildConnection({ maxConcurrentJobs: 1 })], [buildExport()]);
  // Each is another process's: the claims of one process are made one after the other.
  const claim = () =>
    createJobRepository(database.prisma).claimSubmission({ scope: "closed-breakers", now: NOW, fencingToken: "t", pollBy: NOW });
  await seedJob(repositories, "pending", { exporter: "young" });
  const claims = await database.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM connections WHERE name = 'acme' FOR NO KEY UPDATE`;
    const first = claim();
    await untilBlocked(1);
    await seedJob(repositories, "pending", { exporter: "old", createdAt: new Date(0) });
    const second = claim();
    await untilBlocked(2);
    return [first, second];
  });
  expect((await Promise.all(claims)).filter((job) => job !== null)).toHaveLength(1);
  expect(await repositories.jobs.listByState("acme", ["submitting"])).toHaveLength(1);
});

it("makes the claims of one process one after the other, so that only the first waits for a lock", async () => {
  const { jobs } = database.repositories;
  for (const exporter of ["old", "young"]) await seedJob(database.repositories, "pending", { exporter });
  const claims = await database.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM connections WHERE name = 'acme' FOR NO KEY UPDATE`;
    const claim = () => jobs.claimSubmission({ scope: "closed-breakers", now: NOW, fencingToken: "t", pollBy: NOW });
    const both = [claim(), claim()];
    await untilBlocked(1);
    // Whatever was sent together with the first claim waits by now, too.
    expect(await jobs.listByState("acme", ["pending"])).toHaveLength(2);
    await expect(isBlocked(2)).resolves.toBe(false);
    return both;
  });
  expect(new Set((await Promise.all(claims)).map((job) => job?.exporter))).toEqual(new Set(["old", "young"]));
});

it("claims again after a claim that failed", async () => {
  const { jobs } = database.repositories;
  const { id } = await seedJob(database.repositories, "pending");
  const claim = (fencingToken: string) => jobs.claimSubmission({ scope: "closed-breakers", now: NOW, fencingToken, pollBy: NOW });
  await expect(claim("no text of PostgreSQL has a \0")).rejects.toThrow("invalid byte sequence");
  expect((await claim("t"))?.id).toBe(id);
});
