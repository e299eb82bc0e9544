-- A job remembers whether its id on the server was found there instead of answered.

ALTER TABLE "jobs" ADD COLUMN "is_adopted" BOOLEAN NOT NULL DEFAULT false;

UPDATE "jobs" j SET "is_adopted" = true
FROM "job_moves" m
WHERE m."job_id" = j."id" AND m."vendor_job_id" = j."vendor_job_id" AND m."event" = 'adopted';

ALTER TABLE "jobs" ADD CONSTRAINT "jobs_adopted_check" CHECK (NOT "is_adopted" OR "vendor_job_id" IS NOT NULL);
