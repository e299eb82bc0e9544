import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobId } from "../../src/core/ids.ts";
import type { Stores } from "../../src/core/stores.ts";
import { ALIVE_ON_SERVER } from "../../src/core/job.ts";
import { NOTHING_CLOSED } from "../../src/core/outage.ts";
import { moveJob } from "../../src/core/job-transitions.ts";
import { poolSettings } from "../../src/postgres/connection-settings.ts";
import { createStores } from "../../src/postgres/create-stores.ts";
import { PrismaClient } from "../../src/postgres/generated/client.ts";
import { NOW, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildVendorJobId } from "../factories/build-job.ts";
import { buildInterval } from "../factories/build-run.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

// The archive grows for years, and the queries that run every few seconds must not notice.

let server: TestDatabase;
let prisma: PrismaClient;
let stores: Stores;
const sent: { readonly sql: string; readonly values: readonly unknown[] }[] = [];

beforeAll(async () => {
  server = await openTestDatabase();
  const pool = new Pool(poolSettings(server.url, {}));
  pool.on("connect", record);
  prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: server.schema, disposeExternalPool: true }) });
  stores = createStores(prisma);
  await seedConfiguration(stores);
  await fillArchive(20_000);
  for (const state of ["pending", "waiting", "running", "ready", "archiving", "submitting"] as const) await seedJob(stores, state);
  await query(server.url, "ANALYZE");
});

afterAll(async () => {
  await prisma.$disconnect();
  await server.drop();
});

/** Takes statements down as they leave; Prisma's own query events come at some later time. */
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
                         part, request, created_at,
                         version, state, vendor_job_id, submitted_at, last_seen_alive_at, completed_at, deadline, ended_at)
       SELECT gen_random_uuid(), id, 'schedules', 'acme', 'agent-schedule-detail', 'lake', 'JSON', '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-01', 0,
              '{"startDate":"2026-01-01","endDate":"2026-01-01","outputFormat":"JSON"}', created_at,
              6, 'archived', replace(id::text, '-', ''), created_at, created_at, created_at + interval '5 minutes',
              created_at + interval '1 day', created_at + interval '6 minutes'
       FROM r
       RETURNING id, vendor_job_id
     )
     INSERT INTO job_moves (job_id, version, from_state, to_state, event, vendor_job_id)
     SELECT id, 6, 'archiving', 'archived', 'archived', vendor_job_id FROM j`,
  );
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Plan[];
}

function scansOf(plan: Plan): string[] {
  const own = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? ""] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}

/** The tables that the statements of a call read from end to end. */
async function tablesScannedBy(call: () => Promise<unknown>): Promise<string[]> {
  sent.length = 0;
  await call();
  const statements = sent.filter(({ sql }) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  expect(statements.length).toBeGreaterThan(0);
  const scanned: string[] = [];
  for (const { sql, values } of statements) {
    const [row] = await query<{ "QUERY PLAN": [{ Plan: Plan }] }>(server.url, `EXPLAIN (FORMAT JSON) ${sql}`, values);
    scanned.push(...scansOf(row!["QUERY PLAN"][0].Plan));
  }
  return scanned;
}

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  alive: () => stores.jobs.alive("acme"),
  "listByState of what is alive": () => stores.jobs.listByState("acme", ALIVE_ON_SERVER),
  "listByState of what is not over": () => stores.jobs.listByState("acme", ["pending", "waiting", "ready", "archiving"]),
  listSubmittable: () => stores.jobs.listSubmittable("acme", NOW, 100),
  "the first of listReady": () => stores.jobs.listReady({ now: NOW, closed: NOTHING_CLOSED, limit: 1 }),
  listReady: () => stores.jobs.listReady({ now: NOW, closed: { connections: ["other"], destinations: ["disk"] }, limit: 200 }),
  listEndangered: () => stores.jobs.listEndangered(NOW, 1000),
  listExpiredLeases: () => stores.jobs.listExpiredLeases(NOW, 200),
  "connectionsWith what is alive": () => stores.jobs.connectionsWith(ALIVE_ON_SERVER),
  "connectionsWith pending": () => stores.jobs.connectionsWith(["pending"]),
  claimedVendorIds: () => stores.jobs.claimedVendorIds("acme", [buildVendorJobId(), buildVendorJobId()]),
  listOfFolder: () => stores.jobs.listOfFolder("schedules", buildInterval("2026-11-22")),
  disownedVendorIds: () => stores.jobs.disownedVendorIds(randomUUID() as JobId),
  expectedDurationMs: () => stores.jobs.expectedDurationMs("schedules"),
  listUnplanned: () => stores.runs.listUnplanned(NOW, 100),
  listUnfinished: () => stores.runs.listUnfinished(200),
  "list of the newest runs": () => stores.runs.list({ limit: 20 }),
  "list of an export's newest runs": () => stores.runs.list({ exportName: "schedules", limit: 20 }),
  moveWithinBudget: async () => {
    const pending = await seedJob(stores, "pending");
    sent.length = 0;
    await stores.jobs.moveWithinBudget(pending, moveJob(pending, { type: "submit", token: "t" }, NOW), 100);
  },
};

it.each(Object.keys(CALLS))("%s reads neither jobs, runs nor history from end to end", async (name) => {
  const scanned = await tablesScannedBy(CALLS[name]!);
  expect(scanned.filter((table) => ["jobs", "runs", "job_moves"].includes(table))).toEqual([]);
});

it("notices a query that does", async () => {
  expect(await tablesScannedBy(() => prisma.job.findMany({ where: { destination: "nowhere" } }))).toEqual(["jobs"]);
});
