import { JOB_NOT_FOUND, sendJson } from "./answer.ts";
import type { Exchange, Tenant, UserExchange } from "./exchange.ts";
import { describeJob } from "./describe-job.ts";
import { isListed, isShown } from "./hidden-jobs.ts";

export function answerStatus(tenant: Tenant, jobId: string, exchange: UserExchange): void {
  tenant.counts.statusOne += 1;
  const job = tenant.jobs.find(jobId, exchange.user);
  if (!job || !isShown(tenant, job, exchange.faults)) return sendJobNotFound(exchange);
  return sendJson(exchange.response, 200, describeJob(tenant, job, exchange.faults));
}

export function answerStatusAll(tenant: Tenant, { response, faults, user }: UserExchange): void {
  tenant.counts.statusAll += 1;
  const listed = tenant.jobs.list(user).filter((job) => isListed(tenant, job, faults));
  const jobs = listed.map((job) => describeJob(tenant, job, faults));
  return sendJson(response, 200, wrap(jobs, faults.get("status.wrapped")?.word ?? null));
}

function wrap(jobs: readonly unknown[], form: string | null): unknown {
  switch (form) {
    case "jobs":
      return { jobs };
    case "tasks":
      return { count: jobs.length, tasks: jobs };
    case "nested":
      return { data: { items: jobs } };
    case "alone":
      return { jobs: jobs.length === 1 ? jobs[0] : jobs };
    default:
      return jobs;
  }
}

/** The vendor prints 401 inside the body of its 404; a client must go by the HTTP status. */
export function sendJobNotFound({ response, faults }: Exchange): void {
  const status = faults.get("not-found-status")?.word === "404" ? 404 : 401;
  return sendJson(response, 404, { message: JOB_NOT_FOUND, status });
}
