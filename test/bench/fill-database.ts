import { Client } from "pg";

/** What the tables of an old installation contain. Live jobs are distributed over the states and over these connections. */
export interface Fill {
  readonly archived: number;
  readonly live: number;
  readonly connections: readonly string[];
  /** One export each, `<connection>-<exporter>`. */
  readonly exporters: readonly string[];
}

/** With SQL, because a hundred thousand jobs through the repositories would take an hour. */
export async function fillDatabase(databaseUrl: string, fill: Fill): Promise<void> {
  const schema = new URL(databaseUrl).searchParams.get("schema");
  const client = new Client({ connectionString: databaseUrl, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    await client.query(ARCHIVED, [fill.archived, fill.connections, fill.exporters]);
    await client.query(HISTORY);
    await client.query(ARTIFACTS);
    await client.query(LIVE, [fill.live, fill.connections, fill.exporters]);
    await client.query(`VACUUM ANALYZE`);
  } finally {
    await client.end();
  }
}

/** The n-th of `$1` jobs belongs to one connection, exporter and date after the other. */
const PLACES = `
  SELECT n, c.name AS connection, e.name AS exporter, to_char(date '2016-01-01' + (n / (c.count * e.count))::int, 'YYYY-MM-DD') AS day
  FROM generate_series(0, $1::int - 1) n
  JOIN LATERAL (SELECT ($2::text[])[1 + n % cardinality($2::text[])] AS name, cardinality($2::text[]) AS count) c ON true
  JOIN LATERAL (SELECT ($3::text[])[1 + (n / c.count) % cardinality($3::text[])] AS name, cardinality($3::text[]) AS count) e ON true`;

const FACTS = `id, run_id, export, connection, exporter, destination, output_format, from_date, to_date, partition_from, partition_to,
  chunk, request, created_at, version, state`;

const FACTS_OF = `gen_random_uuid(), r.id, r.export, p.connection, p.exporter, 'lake', 'JSON', p.day, p.day, p.day, p.day,
  0, '{"startDate":"2026-01-01","endDate":"2026-01-01","muIds":[101,102,103],"outputFormat":"JSON","timeFormat":"24"}', r.created_at`;

const ARCHIVED = `
  WITH p AS (${PLACES}), r AS (
    INSERT INTO runs (id, export, from_date, to_date, generation, trigger, created_at, selection, outcome, finished_at)
    SELECT gen_random_uuid(), connection || '-' || exporter, day, day, 0, 'schedule', day::timestamptz + interval '1 day',
           '{"muIds":[101,102,103]}', 'archived', day::timestamptz + interval '25 hours'
    FROM p RETURNING *)
  INSERT INTO jobs (${FACTS}, job_id, submitted_at, last_seen_in_flight_at, completed_at, deadline, ended_at, announced_records)
  SELECT ${FACTS_OF}, 5, 'archived', replace(r.id::text, '-', ''), r.created_at, r.created_at, r.created_at + interval '5 minutes',
         r.created_at + interval '1 day', r.created_at + interval '6 minutes', 1000
  FROM p JOIN r ON r.export = p.connection || '-' || p.exporter AND r.from_date = p.day`;

const HISTORY = `
  INSERT INTO job_transitions (job, version, from_state, to_state, event, job_id)
  SELECT j.id, m.version, m.before, m.after, m.event, CASE WHEN m.version > 1 THEN j.job_id END
  FROM jobs j CROSS JOIN (VALUES (0, NULL, 'pending', 'planned'), (1, 'pending', 'submitting', 'submit'), (2, 'submitting', 'waiting', 'accepted'),
    (3, 'waiting', 'ready', 'completed'), (4, 'ready', 'archiving', 'claimed'), (5, 'archiving', 'archived', 'archived'))
    AS m (version, before, after, event)`;

const ARTIFACTS = `
  INSERT INTO artifacts (job, uri, staged, committed_at)
  SELECT id, 's3://lake/' || export || '/business_date=' || from_date || '/part-000.json.gz', '{"key":"k"}', ended_at FROM jobs`;

/** Of ten live jobs six are pending, two on the server, one ready, one being archived; one per connection and exporter is being submitted. */
const LIVE = `
  WITH p AS (
    SELECT *, CASE WHEN n < cardinality($2::text[]) * cardinality($3::text[]) THEN 'submitting'
      ELSE ('{pending,pending,pending,pending,pending,pending,waiting,running,ready,archiving}'::text[])[1 + n % 10] END AS state
    FROM (${PLACES}) places), r AS (
    INSERT INTO runs (id, export, from_date, to_date, generation, trigger, created_at, selection, outcome)
    SELECT gen_random_uuid(), connection || '-' || exporter, day, day, 1, 'schedule', now(), '{"muIds":[101,102,103]}', 'pending'
    FROM p RETURNING *)
  INSERT INTO jobs (${FACTS}, failed_attempts, fencing_token, intent_at, lease_until, job_id, submitted_at, last_seen_in_flight_at, completed_at, deadline)
  SELECT ${FACTS_OF}, 3, p.state,
         CASE WHEN p.state NOT IN ('waiting', 'running') THEN 0 END,
         CASE WHEN p.state IN ('submitting', 'archiving') THEN 'fencingToken' END,
         CASE WHEN p.state = 'submitting' THEN now() END,
         CASE WHEN p.state = 'archiving' THEN now() + interval '1 hour' END,
         CASE WHEN p.state NOT IN ('pending', 'submitting') THEN replace(r.id::text, '-', '') END,
         CASE WHEN p.state NOT IN ('pending', 'submitting') THEN now() END,
         CASE WHEN p.state NOT IN ('pending', 'submitting') THEN now() END,
         CASE WHEN p.state IN ('ready', 'archiving') THEN now() END,
         CASE WHEN p.state IN ('ready', 'archiving') THEN now() + interval '1 day' END
  FROM p JOIN r ON r.export = p.connection || '-' || p.exporter AND r.from_date = p.day`;
