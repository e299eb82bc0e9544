import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobRowId } from "../../src/core/base/ids.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { IN_FLIGHT, type Job } from "../../src/core/jobs/job.ts";
import { transition } from "../../src/core/jobs/transition.ts";
import { poolSettings } from "../../src/postgres/connection-settings.ts";
import { createRepositories } from "../../src/postgres/create-repositories.ts";
import { PrismaClient } from "../../src/postgres/generated/client.ts";
import { NOW, connectionNamed, destinationNamed, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildExport } from "../factories/build-export.ts";
import { buildJob, buildJobId } from "../factories/build-job.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

// The archive grows for years. The queries that run every few seconds must not become slower.

let server: TestDatabase;
let prisma: PrismaClient;
let repositories: Repositories;
let archiving: Job;
const sent: { readonly sql: string; readonly values: readonly unknown[] }[] = [];

beforeAll(async () => {
  server = await openTestDatabase();
  const pool = new Pool(poolSettings(server.url, {}));
  pool.on("connect", record);
  prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: server.schema, disposeExternalPool: true }) });
  repositories = createRepositories(prisma);
  await seedConfiguration(
    repositories,
    Array.from({ length: 5000 }, (_, index) => buildExport({ name: `export-${index}` })),
  );
  await query(server.url, "UPDATE exports SET next_due_at = '2099-01-01' WHERE name <> 'export-1'");
  await fillArchive(20_000);
  archiving = await seedJob(repositories, "archiving");
  for (const state of ["pending", "waiting", "running", "ready", "submitting"] as const) await seedJob(repositories, state);
  await seedJob(repositories, "pending", { exporter: "another" });
  await repositories.runs.create(buildRun({ generation: 999_999 }));
  await query(server.url, "ANALYZE");
});

afterAll(async () => {
  await prisma.$disconnect();
  await server.drop();
});

/** Records statements when they are sent. Prisma's own query events come later. */
function record(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const recording = (...args: unknown[]) => {
    const [statement] = args as [{ readonly text?: string; readonly values?: readonly unknown[] } | undefined];
    if (statement?.text !== undefined) sent.push({ sql: statement.text, values: statement.values ?? [] });
    return query(...args);
  };
  Object.assign(client, { query: recording });
}

async function fillArchive(count: number): Promise<void> {
  await query(
    server.url,
    `WITH r AS (
       INSERT INTO runs (id, export, from_date, to_date, generation, trigger, created_at, selection, outcome, finished_at)
       SELECT gen_random_uuid(), 'schedules', '2026-01-01', '2026-01-01', 1000 + n, 'schedule',
              '2026-01-01'::timestamptz + n * interval '1 minute', '{}', 'archived', now()
       FROM generate_series(1, ${count}) n
       RETURNING id, created_at
     ), j AS (
       INSERT INTO jobs (id, run_id, export, connection, exporter, destination, output_format, from_date, to_date, partition_from, partition_to,
                         chunk, request, created_at,
                         version, state, job_id, submitted_at, last_seen_in_flight_at, completed_at, deadline, ended_at)
       SELECT gen_random_uuid(), id, 'schedules', 'acme', 'agent-schedule-detail', 'lake', 'JSON', '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-01', 0,
              '{"startDate":"2026-01-01","endDate":"2026-01-01","outputFormat":"JSON"}', created_at,
              6, 'archived', replace(id::text, '-', ''), created_at, created_at, created_at + interval '5 minutes',
              created_at + interval '1 day', created_at + interval '6 minutes'
       FROM r
       RETURNING id, job_id
     )
     , a AS (INSERT INTO artifacts (job, uri, staged) SELECT id, 's3://lake/x', '{}' FROM j)
     INSERT INTO job_transitions (job, version, from_state, to_state, event, job_id)
     SELECT id, 6, 'archiving', 'archived', 'archived', job_id FROM j`,
  );
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Plan[];
}

const LARGE_TABLES: ReadonlySet<string> = new Set(["jobs", "runs", "job_transitions", "exports", "artifacts"]);

function scansOf(plan: Plan): string[] {
  const own = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? ""] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}

/** The tables that the statements of a call scan. */
async function tablesScannedBy(call: () => Promise<unknown>): Promise<string[]> {
  sent.length = 0;
  await call();
  const statements = sent.filter(({ sql }) => /^\s*(SELECT|UPDATE|DELETE|WITH|INSERT)/.test(sql));
  expect(statements.length).toBeGreaterThan(0);
  const scanned: string[] = [];
  for (const { sql, values } of statements) {
    const [row] = await query<{ "QUERY PLAN": [{ Plan: Plan }] }>(server.url, `EXPLAIN (FORMAT JSON) ${sql}`, values);
    scanned.push(...scansOf(row!["QUERY PLAN"][0].Plan));
  }
  return scanned;
}

const CLAIM = { scope: "closed-breakers", now: NOW, fencingToken: "t" } as const;
const PROBING = { probing: [connectionNamed("acme"), destinationNamed("lake")] } as const;
const claimed = async () => (await repositories.jobs.find(archiving.id)) as Job;

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  "jobs.claimSubmission": () => repositories.jobs.claimSubmission({ ...CLAIM, pollBy: NOW }),
  "jobs.claimSubmission of a probe": () => repositories.jobs.claimSubmission({ ...CLAIM, scope: PROBING, pollBy: NOW }),
  "jobs.claimReady": () => repositories.jobs.claimReady({ ...CLAIM, id: null, leaseUntil: NOW }),
  "jobs.claimReady of a named result": () => repositories.jobs.claimReady({ ...CLAIM, id: randomUUID(), leaseUntil: NOW }),
  "jobs.claimReady of a probe": () => repositories.jobs.claimReady({ ...CLAIM, scope: PROBING, id: null, leaseUntil: NOW }),
  "jobs.loadPartition": async () => repositories.jobs.loadPartition(await claimed()),
  "jobs.transition": async () => {
    const job = await claimed();
    await repositories.jobs.transition(job, transition(job, { type: "deferred", until: NOW }, NOW), "deferred");
  },
  "jobs.extendLease": () => repositories.jobs.extendLease(archiving.id, "t", NOW),
  "jobs.markInFlight": () => repositories.jobs.markInFlight([archiving.id], NOW),
  "jobs.listByState of jobs in flight": () => repositories.jobs.listByState("acme", IN_FLIGHT),
  "jobs.listByState of jobs that have not ended": () => repositories.jobs.listByState("acme", ["pending", "waiting", "ready", "archiving"]),
  "jobs.listNearDeadline": () => repositories.jobs.listNearDeadline(NOW, 1000),
  "jobs.listExpiredLeases": () => repositories.jobs.listExpiredLeases(NOW, 200),
  "jobs.connectionsWith jobs in flight": () => repositories.jobs.connectionsWith(IN_FLIGHT),
  "jobs.connectionsWith pending jobs": () => repositories.jobs.connectionsWith(["pending"]),
  "jobs.claimedJobIds": () => repositories.jobs.claimedJobIds("acme", [buildJobId(), buildJobId()]),
  "jobs.listOfPartition": () => repositories.jobs.listOfPartition("schedules", buildInterval("2026-11-22")),
  "jobs.rejectedJobIds": () => repositories.jobs.rejectedJobIds(randomUUID() as JobRowId),
  "jobs.expectedDurationsMs": () => repositories.jobs.expectedDurationsMs(["schedules", "agents"]),
  "runs.claimUnplanned": () => repositories.runs.claimUnplanned({ id: null, now: NOW, until: NOW }),
  "runs.claimUnplanned of a named run": () => repositories.runs.claimUnplanned({ id: randomUUID(), now: NOW, until: NOW }),
  "runs.plan": async () => {
    const run = buildRun({ generation: 1_000_000 });
    await repositories.runs.create(run);
    await repositories.runs.plan(run, { selection: { muIds: [1] }, selectionChange: null }, [buildJob({ runId: run.id })]);
  },
  "runs.jobStates": () => repositories.runs.jobStates(archiving.runId),
  "runs.setOutcome": async () => {
    const { run } = (await repositories.runs.find(archiving.runId))!;
    await repositories.runs.setOutcome(run, "failed", NOW);
  },
  "runs.listUnfinished": () => repositories.runs.listUnfinished(200),
  "runs.list of the newest runs": () => repositories.runs.list({ limit: 20 }),
  "runs.list of an export's newest runs": () => repositories.runs.list({ exportName: "schedules", limit: 20 }),
  "runs.latestGeneration": () => repositories.runs.latestGeneration("schedules", buildInterval("2026-11-22")),
  "exports.listDue": () => repositories.exports.listDue(NOW, 500),
  "exports.claimScheduledTimes": () =>
    repositories.exports.claimScheduledTimes("export-1", null, NOW, [buildRun({ exportName: "export-1", generation: 1_000_001 })]),
  "exports.size": () => repositories.exports.size("export-1"),
  "connections.planMissingPolls": () => repositories.connections.planMissingPolls(["acme"], NOW),
  "connections.claimPoll": () => repositories.connections.claimPoll({ connection: null, now: NOW, until: NOW }),
  "artifacts.find": () => repositories.artifacts.find(archiving.id),
};

it.each(Object.keys(CALLS))("%s scans none of the large tables", async (name) => {
  const scanned = await tablesScannedBy(CALLS[name]!);
  expect(scanned.filter((table) => LARGE_TABLES.has(table))).toEqual([]);
});

it("notices a query that scans a table", async () => {
  expect(await tablesScannedBy(() => prisma.job.findMany({ where: { destination: "nowhere" } }))).toEqual(["jobs"]);
});

it("claims a submission with few pages read, although 3,000 pending jobs wait for one in doubt", async () => {
  const [doubtful] = await repositories.jobs.listByState("acme", ["submitting"]);
  await query(
    server.url,
    `INSERT INTO jobs (id, run_id, export, connection, exporter, destination, output_format, from_date, to_date, partition_from, partition_to,
                       chunk, request, created_at, version, state, failed_attempts)
     SELECT gen_random_uuid(), run_id, export, connection, exporter, destination, output_format, from_date, to_date, partition_from,
            partition_to, n, request, created_at, 0, 'pending', 0
     FROM jobs, generate_series(1000, 3999) n WHERE id = $1`,
    [doubtful?.id],
  );
  await query(server.url, "ANALYZE jobs");
  sent.length = 0;
  const claimed = await repositories.jobs.claimSubmission({ ...CLAIM, pollBy: NOW });
  expect(claimed).not.toMatchObject({ exporter: doubtful?.exporter });
  const [statement] = sent;
  const [row] = await query<{ "QUERY PLAN": [{ Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number } }] }>(
    server.url,
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement!.sql}`,
    statement!.values,
  );
  const plan = row!["QUERY PLAN"][0].Plan;
  expect(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]).toBeLessThan(300);
});
