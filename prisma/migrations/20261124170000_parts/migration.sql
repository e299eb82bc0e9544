-- Results in parts, entities that change, logins that are refused.

ALTER TABLE "connections"
  ADD COLUMN "login_version" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "refused_logins" INTEGER NOT NULL DEFAULT 0,
  ADD CONSTRAINT "connections_refused_logins_check" CHECK ("refused_logins" >= 0);

ALTER TABLE "exports"
  ADD COLUMN "fitting_units" INTEGER,
  ADD COLUMN "too_large_units" INTEGER,
  ADD CONSTRAINT "exports_units_check" CHECK (
    ("fitting_units" IS NULL OR "fitting_units" > 0) AND ("too_large_units" IS NULL OR "too_large_units" > 0)
    AND ("fitting_units" IS NULL OR "too_large_units" IS NULL OR "fitting_units" < "too_large_units"));

ALTER TABLE "runs" ADD COLUMN "selection_change" JSONB;

ALTER TABLE "jobs"
  ADD COLUMN "partition_from" TEXT,
  ADD COLUMN "partition_to" TEXT,
  ADD COLUMN "split_from" UUID,
  ADD COLUMN "report" TEXT;

-- So far every job had a folder of its own.
UPDATE "jobs" SET "partition_from" = "from_date", "partition_to" = "to_date";

ALTER TABLE "jobs"
  ALTER COLUMN "partition_from" SET NOT NULL,
  ALTER COLUMN "partition_to" SET NOT NULL;

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_split_from_fkey" FOREIGN KEY ("split_from") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE INDEX "jobs_split_from_idx" ON "jobs"("split_from");

-- A job lies within its folder. A job that others replace says why, and may never have reached the server.
ALTER TABLE "jobs"
  ADD CONSTRAINT "jobs_partition_check" CHECK ("partition_from" <= "from_date" AND "to_date" <= "partition_to"),
  DROP CONSTRAINT "jobs_server_check",
  ADD CONSTRAINT "jobs_server_check" CHECK (
    CASE
      WHEN "state" IN ('pending', 'submitting') THEN num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") = 0
      WHEN "state" IN ('failed', 'canceled', 'split') THEN num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") IN (0, 3)
      ELSE num_nonnulls("vendor_job_id", "submitted_at", "last_seen_alive_at") = 3
    END),
  DROP CONSTRAINT "jobs_finished_check",
  ADD CONSTRAINT "jobs_finished_check" CHECK (
    CASE
      WHEN "state" IN ('ready', 'archiving', 'archived', 'lost') THEN num_nonnulls("completed_at", "deadline") = 2
      ELSE num_nonnulls(
        "completed_at", "deadline", "announced_records", "announced_compressed_bytes", "announced_uncompressed_bytes", "report") = 0
    END),
  DROP CONSTRAINT "jobs_failure_check",
  ADD CONSTRAINT "jobs_failure_check" CHECK (("state" IN ('failed', 'canceled', 'lost', 'split')) = ("failure" IS NOT NULL));

-- One part of a folder for one place in it, those aside that others have replaced.
CREATE UNIQUE INDEX "jobs_part_key" ON "jobs" ("run_id", "partition_from", "partition_to", "part") WHERE "state" <> 'split';
