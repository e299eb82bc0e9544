import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { StateName } from "../../src/core/jobs/job.ts";
import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { NOW, after, destinationNamed, openBreakers, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildOrphan } from "../factories/build-orphan.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

// What the tables themselves refuse, whatever the program does.

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await openTestDatabase();
  database = openDatabase(server.url);
});

beforeEach(async () => {
  await query(
    server.url,
    "TRUNCATE connections, exports, runs, jobs, artifacts, job_transitions, processes, circuit_breakers, orphans, alerts",
  );
  await seedConfiguration(database.repositories);
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

const execute = (sql: string, values: readonly unknown[] = []) => query(server.url, sql, values);

it("refuses to change history, and deletes it with its job", async () => {
  const job = await seedJob(database.repositories, "ready");
  await expect(execute("UPDATE job_transitions SET event = 'forged'")).rejects.toThrow("table job_transitions is append-only");
  await execute("DELETE FROM runs WHERE id = $1", [job.runId]);
  expect(await execute("SELECT FROM job_transitions")).toEqual([]);
});

type Refusal = readonly [assignments: string, constraint: string];

const OF_JOBS: readonly (readonly [state: StateName, ...Refusal])[] = [
  ["waiting", "state = 'asleep'", "jobs_state_check"],
  ["pending", "version = -1", "jobs_version_check"],
  ["pending", "chunk = -1", "jobs_chunk_check"],
  ["pending", "failed_attempts = NULL", "jobs_attempts_check"],
  ["waiting", "not_before = now()", "jobs_attempts_check"],
  ["waiting", "last_failure = '{}'", "jobs_attempts_check"],
  ["submitting", "intent_at = NULL", "jobs_intent_check"],
  ["waiting", "intent_at = now()", "jobs_intent_check"],
  ["submitting", "fencing_token = NULL", "jobs_fencing_token_check"],
  ["ready", "fencing_token = 't'", "jobs_fencing_token_check"],
  ["archiving", "lease_until = NULL", "jobs_lease_check"],
  ["ready", "lease_until = now()", "jobs_lease_check"],
  ["waiting", "job_id = NULL", "jobs_server_check"],
  ["pending", "job_id = 'x', submitted_at = now(), last_seen_in_flight_at = now()", "jobs_server_check"],
  ["failed", "job_id = NULL", "jobs_server_check"],
  ["archived", "job_id = NULL", "jobs_server_check"],
  ["ready", "completed_at = NULL", "jobs_finished_check"],
  ["ready", "deadline = NULL", "jobs_finished_check"],
  ["archived", "deadline = NULL", "jobs_finished_check"],
  ["waiting", "additional_details = 'x'", "jobs_finished_check"],
  ["archived", "ended_at = NULL", "jobs_ended_check"],
  ["running", "ended_at = now()", "jobs_ended_check"],
  ["lost", "failure = NULL", "jobs_failure_check"],
  ["archived", "failure = '{}'", "jobs_failure_check"],
  ["archived", "quarantine = '{}'", "jobs_quarantine_check"],
  ["pending", "claimed_by_reconciliation = true", "jobs_reconciliation_check"],
  ["pending", "from_date = '22.11.2026'", "jobs_interval_check"],
  ["pending", "from_date = '2026-11-23'", "jobs_interval_check"],
  ["pending", "partition_from = '2026-11-23'", "jobs_partition_check"],
  ["pending", "partition_to = '2026-11-21'", "jobs_partition_check"],
  ["pending", "output_format = 'CSV'", "jobs_output_format_check"],
];

it.each(OF_JOBS)("refuses a job that is %s with %s", async (state, assignments, constraint) => {
  const job = await seedJob(database.repositories, state);
  await expect(execute(`UPDATE jobs SET ${assignments} WHERE id = $1`, [job.id])).rejects.toThrow(`"${constraint}"`);
});

const OF_OTHERS: readonly (readonly [table: string, ...Refusal])[] = [
  ["connections", "max_concurrent_jobs = 0", "connections_concurrency_limit_check"],
  ["connections", "failed_polls = -1", "connections_failed_polls_check"],
  ["connections", "refused_logins = -1", "connections_refused_logins_check"],
  ["exports", "schedule_cron = NULL", "exports_schedule_check"],
  ["exports", "schedule_time_zone = NULL", "exports_schedule_check"],
  ["exports", "is_configured = false, next_due_at = now()", "exports_due_check"],
  ["exports", "fitting_cells = 0", "exports_cells_check"],
  ["exports", "too_large_cells = 0", "exports_cells_check"],
  ["exports", "fitting_cells = 5, too_large_cells = 5", "exports_cells_check"],
  ["runs", "from_date = '22.11.2026'", "runs_interval_check"],
  ["runs", "from_date = '2026-11-23'", "runs_interval_check"],
  ["runs", "generation = -1", "runs_generation_check"],
  ["runs", "trigger = 'whim'", "runs_trigger_check"],
  ["runs", "outcome = 'perfect', finished_at = now()", "runs_outcome_check"],
  ["runs", "outcome = 'archived'", "runs_finished_check"],
  ["runs", "finished_at = now()", "runs_finished_check"],
  ["circuit_breakers", "kind = 'database'", "circuit_breakers_kind_check"],
  ["circuit_breakers", "failures = 0", "circuit_breakers_failures_check"],
  ["orphans", "state = 'claimed', failed_attempts = NULL", "orphans_state_check"],
  ["orphans", "failed_attempts = NULL", "orphans_attempts_check"],
  ["orphans", "state = 'copying', fencing_token = 't', lease_until = now(), not_before = now()", "orphans_attempts_check"],
  ["orphans", "fencing_token = 't'", "orphans_lease_check"],
  ["orphans", "state = 'copying', lease_until = now()", "orphans_lease_check"],
  ["orphans", "copy = '{}'", "orphans_copy_check"],
  ["orphans", "state = 'quarantined', failed_attempts = NULL", "orphans_copy_check"],
  ["orphans", "gone_at = now()", "orphans_gone_check"],
  ["orphans", "state = 'gone', failed_attempts = NULL, gone_at = now()", "orphans_gone_check"],
  ["alerts", "failed_attempts = -1", "alerts_failed_attempts_check"],
];

/** A row in each table. */
async function seedRows(): Promise<void> {
  const { repositories } = database;
  await seedJob(repositories, "pending");
  await openBreakers(repositories, [destinationNamed("lake")]);
  await repositories.orphans.add(buildOrphan());
  const body = { kind: "connection-stopped", connection: "acme", since: NOW, detail: "refused" } as const;
  await repositories.alerts.raise([{ id: "one", body, raisedAt: NOW }]);
}

it.each(OF_OTHERS)("refuses a row of %s with %s", async (table, assignments, constraint) => {
  await seedRows();
  await expect(execute(`UPDATE ${table} SET ${assignments}`)).rejects.toThrow(`"${constraint}"`);
});

/** What makes two rows the same, and the statement that tries it. */
const UNIQUE: Readonly<Record<string, () => Promise<unknown>>> = {
  jobs_connection_job_id_key: async () => {
    await seedJob(database.repositories, "archived");
    await seedJob(database.repositories, "waiting");
    return await execute("UPDATE jobs SET job_id = 'same'");
  },
  jobs_in_doubt_key: async () => {
    await seedJob(database.repositories, "submitting", { outputFormat: "JSON" });
    await seedJob(database.repositories, "submitting", { outputFormat: "PIPE" });
    return await execute("UPDATE jobs SET output_format = 'XML'");
  },
  jobs_chunk_key: async () => {
    const job = await seedJob(database.repositories, "pending");
    await seedJob(database.repositories, "pending");
    return await execute("UPDATE jobs SET run_id = $1", [job.runId]);
  },
  orphans_connection_job_id_key: async () => {
    for (const _ of [1, 2]) await database.repositories.orphans.add(buildOrphan());
    return await execute("UPDATE orphans SET job_id = 'same'");
  },
  runs_export_from_date_to_date_generation_key: async () => {
    for (const _ of [1, 2]) await seedJob(database.repositories, "pending");
    return await execute("UPDATE runs SET generation = 1000000");
  },
};

it.each(Object.keys(UNIQUE))("refuses a second row with the same %s", async (index) => {
  await expect(UNIQUE[index]!()).rejects.toThrow(`"${index}"`);
});

it("allows the number of a chunk again whose job was split, and submissions in doubt of several formats and connections", async () => {
  const split = await seedJob(database.repositories, "split");
  await seedJob(database.repositories, "pending");
  await execute("UPDATE jobs SET run_id = $1", [split.runId]);
  await seedJob(database.repositories, "submitting");
  await seedJob(database.repositories, "submitting", { outputFormat: "PIPE" });
  await seedJob(database.repositories, "submitting", { connection: "other", exportName: "agents" });
  expect(await execute("SELECT FROM jobs")).toHaveLength(5);
});

it("has a test here for every check and every unique index of the migrations", async () => {
  const rows = await execute(
    `SELECT conname AS name FROM pg_constraint WHERE connamespace = $1::regnamespace AND contype = 'c' AND conrelid <> 0
     UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE relnamespace = $1::regnamespace AND indisunique AND NOT indisprimary`,
    [`"${server.schema}"`],
  );
  const tested = [...OF_JOBS.map(([, , name]) => name), ...OF_OTHERS.map(([, , name]) => name), ...Object.keys(UNIQUE)];
  expect(rows.map((row) => String(row["name"])).toSorted()).toEqual([...new Set(tested)].toSorted());
});

it.each([
  ['failure = \'{"reason": "gremlins"}\'', "failed", "failure: is a failure that this version does not know"],
  ["failure = '[]'", "failed", "failure: "],
  ["request = '{\"startDate\": 1}'", "pending", "request.startDate: "],
  ["from_date = '2026-11-00', partition_from = '2026-11-00'", "pending", "from_date is not a calendar date"],
  ["announced_records = 9223372036854775807", "ready", "announced_records is too large"],
] as const)("names the row that it cannot read: %s", async (assignments, state, detail) => {
  const job = await seedJob(database.repositories, state);
  await execute(`UPDATE jobs SET ${assignments} WHERE id = $1`, [job.id]);
  const reading = database.repositories.jobs.find(job.id);
  await expect(reading).rejects.toMatchObject({ name: "UnreadableRow", code: "UNREADABLE_ROW" });
  await expect(reading).rejects.toThrow(`row ${job.id} of table jobs cannot be read: ${detail}`);
});

it("names runs and artifacts that it cannot read", async () => {
  const job = await seedJob(database.repositories, "ready");
  await execute(`INSERT INTO artifacts VALUES ($1, 's3://lake/x', '{"key": "x"}')`, [job.id]);
  const unreadable = `row ${job.id} of table artifacts cannot be read: staged.uploadId: `;
  await expect(database.repositories.artifacts.find(job.id)).rejects.toThrow(unreadable);
  await expect(database.repositories.jobs.loadPartition(job)).rejects.toThrow(unreadable);
  const claim = { id: null, scope: "closed-breakers", now: NOW, fencingToken: "t", leaseUntil: after(1) } as const;
  await expect(database.repositories.jobs.claimReady(claim)).rejects.toThrow(unreadable);
  await execute(`UPDATE runs SET selection = '{"muIds": ["all"]}' WHERE id = $1`, [job.runId]);
  await expect(database.repositories.runs.find(job.runId)).rejects.toThrow(
    `row ${job.runId} of table runs cannot be read: selection.muIds.0: `,
  );
});
