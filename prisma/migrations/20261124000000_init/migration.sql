CREATE TABLE "connections" (
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "locale" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "max_concurrent_jobs" INTEGER NOT NULL,
    "next_look_at" TIMESTAMPTZ(3),
    "failed_looks" INTEGER NOT NULL DEFAULT 0,

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

    CONSTRAINT "exports_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "runs" (
    "id" UUID NOT NULL,
    "export" TEXT NOT NULL,
    "from_date" TEXT NOT NULL,
    "to_date" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "trigger" TEXT NOT NULL,
    "slot_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "selection" JSONB,
    "planning_attempt" INTEGER NOT NULL DEFAULT 0,
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
    "part" INTEGER NOT NULL,
    "request" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "attempt" INTEGER,
    "not_before" TIMESTAMPTZ(3),
    "last_failure" JSONB,
    "token" TEXT,
    "intent_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "vendor_job_id" TEXT,
    "submitted_at" TIMESTAMPTZ(3),
    "last_seen_alive_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "deadline" TIMESTAMPTZ(3),
    "announced_records" BIGINT,
    "announced_compressed_bytes" BIGINT,
    "announced_uncompressed_bytes" BIGINT,
    "ended_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "artifacts" (
    "job_id" UUID NOT NULL,
    "uri" TEXT NOT NULL,
    "staged" JSONB NOT NULL,
    "committed_at" TIMESTAMPTZ(3),

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("job_id")
);

CREATE TABLE "job_moves" (
    "job_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "from_state" TEXT,
    "to_state" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "vendor_job_id" TEXT,
    "moved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "job_moves_pkey" PRIMARY KEY ("job_id","version")
);

CREATE TABLE "processes" (
    "id" TEXT NOT NULL,
    "roles" TEXT[],
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "processes_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "runs_export_created_at_idx" ON "runs"("export", "created_at");

CREATE INDEX "runs_created_at_idx" ON "runs"("created_at");

CREATE UNIQUE INDEX "runs_export_from_date_to_date_generation_key" ON "runs"("export", "from_date", "to_date", "generation");

CREATE INDEX "jobs_run_id_idx" ON "jobs"("run_id");

CREATE INDEX "jobs_export_from_date_idx" ON "jobs"("export", "from_date");

ALTER TABLE "exports" ADD CONSTRAINT "exports_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "runs" ADD CONSTRAINT "runs_export_fkey" FOREIGN KEY ("export") REFERENCES "exports"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "job_moves" ADD CONSTRAINT "job_moves_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows is beyond Prisma's model: it says what the domain allows, so that no bug can store anything else.

ALTER TABLE "connections"
  ADD CONSTRAINT "connections_budget_check" CHECK ("max_concurrent_jobs" > 0),
  ADD CONSTRAINT "connections_failed_looks_check" CHECK ("failed_looks" >= 0);

ALTER TABLE "exports"
  ADD CONSTRAINT "exports_schedule_check" CHECK (("schedule_cron" IS NULL) = ("schedule_time_zone" IS NULL)),
  ADD CONSTRAINT "exports_due_check" CHECK ("next_due_at" IS NULL OR "is_configured");

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
  ADD CONSTRAINT "jobs_part_check" CHECK ("part" >= 0),
  ADD CONSTRAINT "jobs_interval_check" CHECK (
    "from_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "to_date" ~ '^\d{4}-\d{2}-\d{2}$' AND "from_date" <= "to_date"),
  -- A state carries its data, all of it and no other.
  ADD CONSTRAINT "jobs_tries_check" CHECK (
    ("state" IN ('pending', 'submitting', 'ready', 'archiving')) = ("attempt" IS NOT NULL)
    AND ("attempt" IS NOT NULL OR num_nonnulls("not_before", "last_failure") = 0)),
  ADD CONSTRAINT "jobs_intent_check" CHECK (("state" = 'submitting') = ("intent_at" IS NOT NULL)),
  ADD CONSTRAINT "jobs_lease_check" CHECK (("state" = 'archiving') = ("lease_until" IS NOT NULL)),
  ADD CONSTRAINT "jobs_token_check" CHECK (("state" IN ('submitting', 'archiving')) = ("token" IS NOT NULL)),
  ADD CONSTRAINT "jobs_server_check" CHECK (
    CASE
      WHEN "state" IN ('pending', 'submitting') THEN num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") = 0
      WHEN "state" IN ('failed', 'canceled') THEN num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") IN (0, 3)
      ELSE num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") = 3
    END),
  ADD CONSTRAINT "jobs_finished_check" CHECK (
    CASE
      WHEN "state" IN ('ready', 'archiving', 'archived', 'lost') THEN num_nonnulls("completed_at", "deadline") = 2
      ELSE num_nonnulls("completed_at", "deadline", "announced_records", "announced_compressed_bytes", "announced_uncompressed_bytes") = 0
    END),
  ADD CONSTRAINT "jobs_ended_check" CHECK (
    ("state" IN ('archived', 'failed', 'canceled', 'split', 'lost')) = ("ended_at" IS NOT NULL)),
  ADD CONSTRAINT "jobs_failure_check" CHECK (("state" IN ('failed', 'canceled', 'lost')) = ("failure" IS NOT NULL));

-- The hot queries touch a handful of rows; their indexes hold no others, however long the archive grows.
CREATE INDEX "jobs_pending_idx" ON "jobs" ("connection", "created_at", "from_date", "part", "id") WHERE "state" = 'pending';
CREATE INDEX "jobs_alive_idx" ON "jobs" ("connection", "state") WHERE "state" IN ('submitting', 'waiting', 'running');
CREATE INDEX "jobs_ready_idx" ON "jobs" ("deadline", "id") WHERE "state" = 'ready';
CREATE INDEX "jobs_archiving_idx" ON "jobs" ("lease_until", "id") WHERE "state" = 'archiving';
CREATE INDEX "jobs_archived_idx" ON "jobs" ("export", "completed_at" DESC) WHERE "state" = 'archived';
CREATE INDEX "runs_unplanned_idx" ON "runs" ("created_at", "id") WHERE "outcome" = 'pending' AND "selection" IS NULL;
CREATE INDEX "runs_unfinished_idx" ON "runs" ("created_at", "id") WHERE "outcome" = 'pending' AND "selection" IS NOT NULL;
CREATE INDEX "job_moves_vendor_job_id_idx" ON "job_moves" ("vendor_job_id") WHERE "vendor_job_id" IS NOT NULL;

-- One row for one job of the server.
CREATE UNIQUE INDEX "jobs_connection_vendor_job_id_key" ON "jobs" ("connection", "vendor_job_id") WHERE "vendor_job_id" IS NOT NULL;

-- The last guard of the rule that at most one intent per connection, exporter and format is unsettled.
CREATE UNIQUE INDEX "jobs_unsettled_intent_key" ON "jobs" ("connection", "exporter", "output_format") WHERE "state" = 'submitting';

-- History is written once. Pruning may delete it, together with its job.
CREATE FUNCTION "refuse_update_of_history"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "job_moves_append_only" BEFORE UPDATE ON "job_moves"
  FOR EACH ROW EXECUTE FUNCTION "refuse_update_of_history"();
