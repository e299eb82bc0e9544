import { JOB_NOT_FOUND, sendJson } from "./send-response.ts";
import type { Exchange, Tenant, UserExchange } from "./exchange.ts";
import { describeJob } from "./describe-job.ts";
import { isListed, isAccessible } from "./job-visibility.ts";

export function answerStatus(tenant: Tenant, jobId: string, exchange: UserExchange): void {
  tenant.stats.statusOne += 1;
  const job = tenant.jobs.find(jobId, exchange.user);
  if (!job || !isAccessible(tenant, job, exchange.faults)) return sendJobNotFound(exchange);
  return sendJson(exchange.response, 200, describeJob(tenant, job, exchange.faults));
}

export function answerStatusAll(tenant: Tenant, { response, faults, user }: UserExchange): void {
  tenant.stats.statusAll += 1;
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

/** The vendor's page has status 401 in the body of a 404, so a client must use the HTTP status. */
export function sendJobNotFound({ response, faults }: Exchange): void {
  const status = faults.get("not-found-status")?.word === "404" ? 404 : 401;
  return sendJson(response, 404, { message: JOB_NOT_FOUND, status });
}
