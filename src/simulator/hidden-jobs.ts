import type { ActiveFaults } from "./active-faults.ts";
import type { Tenant } from "./exchange.ts";
import type { FaultName } from "./faults.ts";
import type { SimulatedJob } from "./job-book.ts";

/** Whether the list of jobs has it. */
export function isListed(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): boolean {
  return reasonsToHide(tenant, job, faults).length === 0;
}

/** Whether it can be asked for by its id. */
export function isShown(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): boolean {
  return reasonsToHide(tenant, job, faults).every((reason) => faults.get(reason)?.word === "list");
}

function reasonsToHide({ jobs }: Tenant, job: SimulatedJob, faults: ActiveFaults): FaultName[] {
  const isFirst = jobs.list(job.user)[0]?.jobId === job.jobId;
  const reasons: FaultName[] = isFirst ? ["vanish", "vanish-first"] : ["vanish"];
  return reasons.filter((reason) => faults.has(reason));
}
