-- Results in danger are copied raw, orphans are rescued, systems that are down are left alone, and people are told.

CREATE TABLE "outages" (
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "failures" INTEGER NOT NULL,
    "retry_at" TIMESTAMPTZ(3) NOT NULL,
    "last_failure" JSONB NOT NULL,

    CONSTRAINT "outages_pkey" PRIMARY KEY ("kind","name")
);

CREATE TABLE "orphans" (
    "id" UUID NOT NULL,
    "connection" TEXT NOT NULL,
    "vendor_job_id" TEXT NOT NULL,
    "status" JSONB NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "attempt" INTEGER,
    "not_before" TIMESTAMPTZ(3),
    "last_failure" JSONB,
    "token" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "copy" JSONB,
    "gone_at" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "orphans_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alarms" (
    "id" TEXT NOT NULL,
    "news" JSONB NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "alarms_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "jobs" ADD COLUMN "rescue" JSONB;

CREATE UNIQUE INDEX "orphans_connection_vendor_job_id_key" ON "orphans"("connection", "vendor_job_id");

ALTER TABLE "orphans" ADD CONSTRAINT "orphans_connection_fkey" FOREIGN KEY ("connection") REFERENCES "connections"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "outages"
  ADD CONSTRAINT "outages_kind_check" CHECK ("kind" IN ('connection', 'destination')),
  ADD CONSTRAINT "outages_failures_check" CHECK ("failures" > 0);

-- A state carries its data, all of it and no other.
ALTER TABLE "orphans"
  ADD CONSTRAINT "orphans_state_check" CHECK ("state" IN ('found', 'rescuing', 'rescued', 'gone')),
  ADD CONSTRAINT "orphans_tries_check" CHECK (
    ("state" IN ('found', 'rescuing')) = ("attempt" IS NOT NULL)
    AND ("state" = 'found' OR num_nonnulls("not_before", "last_failure") = 0)),
  ADD CONSTRAINT "orphans_lease_check" CHECK (num_nonnulls("token", "lease_until") = CASE WHEN "state" = 'rescuing' THEN 2 ELSE 0 END),
  ADD CONSTRAINT "orphans_copy_check" CHECK (("state" = 'rescued') = ("copy" IS NOT NULL)),
  ADD CONSTRAINT "orphans_gone_check" CHECK (num_nonnulls("gone_at", "failure") = CASE WHEN "state" = 'gone' THEN 2 ELSE 0 END);

ALTER TABLE "alarms" ADD CONSTRAINT "alarms_attempt_check" CHECK ("attempt" >= 0);

-- A copy is kept for a result that is not archived yet; a lost one may have left it.
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_rescue_check" CHECK ("rescue" IS NULL OR "state" IN ('ready', 'archiving', 'lost'));

CREATE INDEX "orphans_found_idx" ON "orphans" ("connection", "deadline", "id") WHERE "state" = 'found';
CREATE INDEX "orphans_rescuing_idx" ON "orphans" ("lease_until", "id") WHERE "state" = 'rescuing';
CREATE INDEX "alarms_untold_idx" ON "alarms" ("raised_at", "id") WHERE "told_at" IS NULL;

-- What is on the server only, by the time at which it was last known to be there.
CREATE INDEX "jobs_unsafe_idx" ON "jobs" ("deadline", "id") WHERE "state" IN ('ready', 'archiving') AND "rescue" IS NULL;
CREATE INDEX "jobs_unseen_idx" ON "jobs" ("last_seen_alive_at", "id") WHERE "state" IN ('waiting', 'running');
