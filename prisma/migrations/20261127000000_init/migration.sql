CREATE TABLE "connections" (
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "locale" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "max_concurrent_jobs" INTEGER NOT NULL,
    "next_poll_at" TIMESTAMPTZ(3),
    "failed_polls" INTEGER NOT NULL DEFAULT 0,
    "login_version" TEXT NOT NULL DEFAULT '',
    "refused_logins" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "exports" (
    "name" TEXT NOT NULL,
    "connection" TEXT NOT NULL,
    "exporter" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "schedule_cron" TEXT,
    "schedule_time_zone" TEXT,
    "is_configured" BOOLEAN NOT NULL,
    "next_due_at" TIMESTAMPTZ(3),
    "fitting_cells" INTEGER,
    "too_large_cells" INTEGER,

    CONSTRAINT "exports_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "runs" (
    "id" UUID NOT NULL,
    "export" TEXT NOT NULL,
    "from_date" TEXT NOT NULL,
    "to_date" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "trigger" TEXT NOT NULL,
    "scheduled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "selection" JSONB,
    "selection_change" JSONB,
    "planning_failed_attempts" INTEGER NOT NULL DEFAULT 0,
    "planning_not_before" TIMESTAMPTZ(3),
    "planning_failure" JSONB,
    "outcome" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "jobs" (
    "id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "export" TEXT NOT NULL,
    "connection" TEXT NOT NULL,
    "exporter" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "output_format" TEXT NOT NULL,
    "from_date" TEXT NOT NULL,
    "to_date" TEXT NOT NULL,
    "partition_from" TEXT NOT NULL,
    "partition_to" TEXT NOT NULL,
    "chunk" INTEGER NOT NULL,
    "split_from" UUID,
    "request" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "failed_attempts" INTEGER,
    "not_before" TIMESTAMPTZ(3),
    "last_failure" JSONB,
    "fencing_token" TEXT,
    "intent_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "job_id" TEXT,
    "claimed_by_reconciliation" BOOLEAN NOT NULL DEFAULT false,
    "submitted_at" TIMESTAMPTZ(3),
    "last_seen_in_flight_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "deadline" TIMESTAMPTZ(3),
    "announced_records" BIGINT,
    "announced_compressed_bytes" BIGINT,
    "announced_uncompressed_bytes" BIGINT,
    "additional_details" TEXT,
    "quarantine" JSONB,
    "ended_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "artifacts" (
    "job" UUID NOT NULL,
    "uri" TEXT NOT NULL,
    "staged" JSONB NOT NULL,
    "committed_at" TIMESTAMPTZ(3),

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("job")
);

CREATE TABLE "job_transitions" (
    "job" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "from_state" TEXT,
    "to_state" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "job_id" TEXT,
    "transitioned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "job_transitions_pkey" PRIMARY KEY ("job","version")
);

CREATE TABLE "orphans" (
    "id" UUID NOT NULL,
    "connection" TEXT NOT NULL,
    "job_id" TEXT NOT NULL,
    "status" JSONB NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "failed_attempts" INTEGER,
    "not_before" TIMESTAMPTZ(3),
    "last_failure" JSONB,
    "fencing_token" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "copy" JSONB,
    "gone_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "orphans_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "circuit_breakers" (
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "failures" INTEGER NOT NULL,
    "retry_at" TIMESTAMPTZ(3) NOT NULL,
    "last_failure" JSONB NOT NULL,

    CONSTRAINT "circuit_breakers_pkey" PRIMARY KEY ("kind","name")
);

CREATE TABLE "alerts" (
    "id" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "failed_attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "processes" (
    "id" TEXT NOT NULL,
    "roles" TEXT[],
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "processes_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "reconcile_passes" (
    "name" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reconcile_passes_pkey" PRIMARY KEY ("name")
);

CREATE INDEX "runs_export_created_at_idx" ON "runs"("export", "created_at");

CREATE INDEX "runs_created_at_idx" ON "runs"("created_at");

CREATE UNIQUE INDEX "runs_export_from_date_to_date_generation_key" ON "runs"("export", "from_date", "to_date", "generation");

CREATE INDEX "jobs_run_id_idx" ON "jobs"("run_id");

CREATE INDEX "jobs_export_from_date_idx" ON "jobs"("export", "from_date");

CREATE INDEX "jobs_split_from_idx" ON "jobs"("split_from");

CREATE UNIQUE INDEX "orphans_connection_job_id_key" ON "orphans"("connection", "job_id");

ALTER TABLE "exports" ADD CONSTRAINT "exports_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "runs" ADD CONSTRAINT "runs_export_fkey" FOREIGN KEY ("export") REFERENCES "exports"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_split_from_fkey" FOREIGN KEY ("split_from") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_job_fkey" FOREIGN KEY ("job") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "job_transitions" ADD CONSTRAINT "job_transitions_job_fkey" FOREIGN KEY ("job") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "orphans" ADD CONSTRAINT "orphans_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Everything below is beyond Prisma's model. It states what the domain allows, so that no bug can store anything else.

ALTER TABLE "connections"
  ADD CONSTRAINT "connections_concurrency_limit_check" CHECK ("max_concurrent_jobs" > 0),
  ADD CONSTRAINT "connections_failed_polls_check" CHECK ("failed_polls" >= 0),
  ADD CONSTRAINT "connections_refused_logins_check" CHECK ("refused_logins" >= 0);

ALTER TABLE "exports"
  ADD CONSTRAINT "exports_schedule_check" CHECK (("schedule_cron" IS NULL) = ("schedule_time_zone" IS NULL)),
  ADD CONSTRAINT "exports_due_check" CHECK ("next_due_at" IS NULL OR "is_configured"),
  ADD CONSTRAINT "exports_cells_check" CHECK (
    ("fitting_cells" IS NULL OR "fitting_cells" > 0) AND ("too_large_cells" IS NULL OR "too_large_cells" > 0)
    AND ("fitting_cells" IS NULL OR "too_large_cells" IS NULL OR "fitting_cells" < "too_large_cells"));

ALTER TABLE "runs"
  ADD CONSTRAINT "runs_interval_check" CHECK (
    "from_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "to_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "from_date" <= "to_date"),
  ADD CONSTRAINT "runs_generation_check" CHECK ("generation" >= 0),
  ADD CONSTRAINT "runs_trigger_check" CHECK ("trigger" IN ('schedule', 'backfill', 'manual')),
  ADD CONSTRAINT "runs_outcome_check" CHECK ("outcome" IN ('pending', 'archived', 'partial', 'failed', 'canceled', 'lost')),
  ADD CONSTRAINT "runs_finished_check" CHECK (("outcome" = 'pending') = ("finished_at" IS NULL));

ALTER TABLE "jobs"
  ADD CONSTRAINT "jobs_state_check" CHECK ("state" IN (
    'pending', 'submitting', 'waiting', 'running', 'ready', 'archiving', 'archived', 'failed', 'canceled', 'split', 'lost')),
  ADD CONSTRAINT "jobs_version_check" CHECK ("version" >= 0),
  ADD CONSTRAINT "jobs_output_format_check" CHECK ("output_format" IN ('JSON', 'PIPE', 'XML')),
  ADD CONSTRAINT "jobs_chunk_check" CHECK ("chunk" >= 0),
  ADD CONSTRAINT "jobs_interval_check" CHECK (
    "from_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "to_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "from_date" <= "to_date"),
  ADD CONSTRAINT "jobs_partition_check" CHECK ("partition_from" <= "from_date" AND "to_date" <= "partition_to"),
  -- A state carries its data, all of it and no other.
  ADD CONSTRAINT "jobs_attempts_check" CHECK (
    ("state" IN ('pending', 'submitting', 'ready', 'archiving')) = ("failed_attempts" IS NOT NULL)
    AND ("failed_attempts" IS NOT NULL OR num_nonnulls("not_before", "last_failure") = 0)),
  ADD CONSTRAINT "jobs_intent_check" CHECK (("state" = 'submitting') = ("intent_at" IS NOT NULL)),
  ADD CONSTRAINT "jobs_lease_check" CHECK (("state" = 'archiving') = ("lease_until" IS NOT NULL)),
  ADD CONSTRAINT "jobs_fencing_token_check" CHECK (("state" IN ('submitting', 'archiving')) = ("fencing_token" IS NOT NULL)),
  -- A job that others replaced may never have reached the server.
  ADD CONSTRAINT "jobs_server_check" CHECK (
    CASE
      WHEN "state" IN ('pending', 'submitting') THEN num_nonnulls("job_id", "submitted_at", "last_seen_in_flight_at") = 0
      WHEN "state" IN ('failed', 'canceled', 'split') THEN num_nonnulls("job_id", "submitted_at", "last_seen_in_flight_at") IN (0, 3)
      ELSE num_nonnulls("job_id", "submitted_at", "last_seen_in_flight_at") = 3
    END),
  ADD CONSTRAINT "jobs_finished_check" CHECK (
    CASE
      WHEN "state" IN ('ready', 'archiving', 'archived', 'lost') THEN num_nonnulls("completed_at", "deadline") = 2
      ELSE num_nonnulls(
        "completed_at", "deadline", "announced_records", "announced_compressed_bytes", "announced_uncompressed_bytes",
        "additional_details") = 0
    END),
  ADD CONSTRAINT "jobs_ended_check" CHECK (
    ("state" IN ('archived', 'failed', 'canceled', 'split', 'lost')) = ("ended_at" IS NOT NULL)),
  ADD CONSTRAINT "jobs_failure_check" CHECK (("state" IN ('failed', 'canceled', 'lost', 'split')) = ("failure" IS NOT NULL)),
  -- A copy is kept for a result that is not archived yet; a lost one may have left it.
  ADD CONSTRAINT "jobs_quarantine_check" CHECK ("quarantine" IS NULL OR "state" IN ('ready', 'archiving', 'lost')),
  ADD CONSTRAINT "jobs_reconciliation_check" CHECK (NOT "claimed_by_reconciliation" OR "job_id" IS NOT NULL);

ALTER TABLE "circuit_breakers"
  ADD CONSTRAINT "circuit_breakers_kind_check" CHECK ("kind" IN ('connection', 'destination')),
  ADD CONSTRAINT "circuit_breakers_failures_check" CHECK ("failures" > 0);

ALTER TABLE "orphans"
  ADD CONSTRAINT "orphans_state_check" CHECK ("state" IN ('found', 'copying', 'quarantined', 'gone')),
  ADD CONSTRAINT "orphans_attempts_check" CHECK (
    ("state" IN ('found', 'copying')) = ("failed_attempts" IS NOT NULL)
    AND ("state" = 'found' OR num_nonnulls("not_before", "last_failure") = 0)),
  ADD CONSTRAINT "orphans_lease_check" CHECK (
    num_nonnulls("fencing_token", "lease_until") = CASE WHEN "state" = 'copying' THEN 2 ELSE 0 END),
  ADD CONSTRAINT "orphans_copy_check" CHECK (("state" = 'quarantined') = ("copy" IS NOT NULL)),
  ADD CONSTRAINT "orphans_gone_check" CHECK (num_nonnulls("gone_at", "failure") = CASE WHEN "state" = 'gone' THEN 2 ELSE 0 END);

ALTER TABLE "alerts" ADD CONSTRAINT "alerts_failed_attempts_check" CHECK ("failed_attempts" >= 0);

-- The hot queries touch a handful of rows. Their indexes hold no others, however long the archive grows.
-- Exports without a computed time (a new or changed schedule) come first.
CREATE INDEX "exports_due_idx" ON "exports" (coalesce("next_due_at", '-infinity'::timestamptz), "name")
  WHERE "is_configured" AND "schedule_cron" IS NOT NULL;
CREATE INDEX "connections_poll_idx" ON "connections" ("next_poll_at") WHERE "next_poll_at" IS NOT NULL;
CREATE INDEX "jobs_pending_idx" ON "jobs" ("connection", "exporter", "output_format", "created_at", "from_date", "chunk", "id")
  WHERE "state" = 'pending';
CREATE INDEX "jobs_in_flight_idx" ON "jobs" ("connection", "state") WHERE "state" IN ('submitting', 'waiting', 'running');
CREATE INDEX "jobs_ready_idx" ON "jobs" ("deadline", "id") WHERE "state" = 'ready';
CREATE INDEX "jobs_archiving_idx" ON "jobs" ("lease_until", "id") WHERE "state" = 'archiving';
CREATE INDEX "jobs_archived_idx" ON "jobs" ("export", "completed_at" DESC) WHERE "state" = 'archived';
CREATE INDEX "jobs_unsafe_idx" ON "jobs" ("deadline", "id") WHERE "state" IN ('ready', 'archiving') AND "quarantine" IS NULL;
CREATE INDEX "jobs_unseen_idx" ON "jobs" ("last_seen_in_flight_at", "id") WHERE "state" IN ('waiting', 'running');
CREATE INDEX "runs_unplanned_idx" ON "runs" ("created_at", "id") WHERE "outcome" = 'pending' AND "selection" IS NULL;
CREATE INDEX "runs_unfinished_idx" ON "runs" ("created_at", "id") WHERE "outcome" = 'pending' AND "selection" IS NOT NULL;
CREATE INDEX "job_transitions_job_id_idx" ON "job_transitions" ("job_id") WHERE "job_id" IS NOT NULL;
CREATE INDEX "orphans_found_idx" ON "orphans" ("connection", "deadline", "id") WHERE "state" = 'found';
CREATE INDEX "orphans_copying_idx" ON "orphans" ("lease_until", "id") WHERE "state" = 'copying';
CREATE INDEX "alerts_undelivered_idx" ON "alerts" ("raised_at", "id") WHERE "delivered_at" IS NULL;

-- At most one row for one job on the server.
CREATE UNIQUE INDEX "jobs_connection_job_id_key" ON "jobs" ("connection", "job_id") WHERE "job_id" IS NOT NULL;

-- The last guard of the rule that a connection has at most one submission in doubt for each exporter and format.
CREATE UNIQUE INDEX "jobs_in_doubt_key" ON "jobs" ("connection", "exporter", "output_format") WHERE "state" = 'submitting';

-- Chunks of one partition never share a number, except with jobs that others replaced.
CREATE UNIQUE INDEX "jobs_chunk_key" ON "jobs" ("run_id", "partition_from", "partition_to", "chunk") WHERE "state" <> 'split';

-- History is written once. Pruning may delete it, together with its job.
CREATE FUNCTION "refuse_update_of_history"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "job_transitions_append_only" BEFORE UPDATE ON "job_transitions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_update_of_history"();
