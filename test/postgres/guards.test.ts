import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { seedConfiguration, seedJob } from "../contracts/seed.ts";
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
  await query(server.url, "TRUNCATE connections, exports, runs, jobs, artifacts, job_moves, processes, outages, orphans, alarms");
  await seedConfiguration(database.stores);
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

function update(job: Job, assignments: string): Promise<unknown> {
  return query(server.url, `UPDATE jobs SET ${assignments} WHERE id = $1`, [job.id]);
}

it("refuses to change history, and lets it go with its job", async () => {
  const job = await seedJob(database.stores, "ready");
  await expect(query(server.url, "UPDATE job_moves SET event = 'forged'")).rejects.toThrow("table job_moves is append-only");
  await query(server.url, "DELETE FROM runs WHERE id = $1", [job.runId]);
  expect(await query(server.url, "SELECT FROM job_moves")).toEqual([]);
});

it.each([
  ["waiting", "state = 'asleep'", "jobs_state_check"],
  ["pending", "attempt = NULL", "jobs_tries_check"],
  ["waiting", "not_before = now()", "jobs_tries_check"],
  ["submitting", "intent_at = NULL", "jobs_intent_check"],
  ["submitting", "token = NULL", "jobs_token_check"],
  ["archiving", "lease_until = NULL", "jobs_lease_check"],
  ["waiting", "vendor_job_id = NULL", "jobs_server_check"],
  ["pending", "vendor_job_id = 'x', submitted_at = now(), last_seen_alive_at = now()", "jobs_server_check"],
  ["failed", "vendor_job_id = NULL", "jobs_server_check"],
  ["ready", "completed_at = NULL", "jobs_finished_check"],
  ["ready", "deadline = NULL", "jobs_finished_check"],
  ["archived", "vendor_job_id = NULL", "jobs_server_check"],
  ["archived", "deadline = NULL", "jobs_finished_check"],
  ["archived", "ended_at = NULL", "jobs_ended_check"],
  ["running", "ended_at = now()", "jobs_ended_check"],
  ["lost", "failure = NULL", "jobs_failure_check"],
  ["pending", "from_date = '22.11.2026'", "jobs_interval_check"],
  ["pending", "from_date = '2026-11-23'", "jobs_interval_check"],
  ["pending", "output_format = 'CSV'", "jobs_output_format_check"],
] as const)("refuses a job that is %s to have %s", async (state, assignments, constraint) => {
  const job = await seedJob(database.stores, state);
  await expect(update(job, assignments)).rejects.toThrow(`"${constraint}"`);
});

it("refuses a run that is over without an end, or open with one", async () => {
  await seedJob(database.stores, "pending");
  await expect(query(server.url, "UPDATE runs SET outcome = 'archived'")).rejects.toThrow("runs_finished_check");
  await expect(query(server.url, "UPDATE runs SET finished_at = now()")).rejects.toThrow("runs_finished_check");
  await expect(query(server.url, "UPDATE runs SET trigger = 'whim'")).rejects.toThrow("runs_trigger_check");
});

it("refuses a second job with the vendor id of another", async () => {
  const one = await seedJob(database.stores, "archived");
  const two = await seedJob(database.stores, "waiting");
  const vendorJobId = one.state === "archived" ? one.vendorJobId : "";
  await expect(update(two, `vendor_job_id = '${vendorJobId}'`)).rejects.toThrow("jobs_connection_vendor_job_id_key");
});

it.each([
  ['failure = \'{"reason": "gremlins"}\'', "failed", "failure: is a failure that this version does not know"],
  ["failure = '[]'", "failed", "failure: "],
  ["request = '{\"startDate\": 1}'", "pending", "request.startDate: "],
  ["from_date = '2026-11-00', partition_from = '2026-11-00'", "pending", "from_date is not a calendar date"],
  ["announced_records = 9223372036854775807", "ready", "announced_records is too large"],
] as const)("names the row that it cannot read: %s", async (assignments, state, detail) => {
  const job = await seedJob(database.stores, state);
  await update(job, assignments);
  const reading = database.stores.jobs.find(job.id);
  await expect(reading).rejects.toMatchObject({ name: "UnreadableRow", code: "UNREADABLE_ROW" });
  await expect(reading).rejects.toThrow(`row ${job.id} of table jobs cannot be read: ${detail}`);
});

it("names runs and artifacts that it cannot read", async () => {
  const job = await seedJob(database.stores, "archived");
  await query(server.url, `INSERT INTO artifacts VALUES ($1, 's3://lake/x', '{"key": "x"}')`, [job.id]);
  await expect(database.stores.artifacts.find(job.id)).rejects.toThrow(
    `row ${job.id} of table artifacts cannot be read: staged.uploadId: `,
  );
  await query(server.url, `UPDATE runs SET selection = '{"muIds": ["all"]}' WHERE id = $1`, [job.runId]);
  await expect(database.stores.runs.find(job.runId)).rejects.toThrow(`row ${job.runId} of table runs cannot be read: selection.muIds.0: `);
});
