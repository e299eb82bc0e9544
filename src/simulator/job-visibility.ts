import type { ActiveFaults } from "./active-faults.ts";
import type { Tenant } from "./exchange.ts";
import type { FaultName } from "./faults.ts";
import type { SimulatedJob } from "./job-table.ts";

/** Whether the list of jobs contains the job. */
export function isListed(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): boolean {
  return hidingFaults(tenant, job, faults).length === 0;
}

/** Whether the job can be requested by its id. */
export function isAccessible(tenant: Tenant, job: SimulatedJob, faults: ActiveFaults): boolean {
  return hidingFaults(tenant, job, faults).every((fault) => faults.get(fault)?.word === "list");
}

function hidingFaults({ jobs }: Tenant, job: SimulatedJob, faults: ActiveFaults): FaultName[] {
  const isFirst = jobs.list(job.user)[0]?.jobId === job.jobId;
  const candidates: FaultName[] = isFirst ? ["vanish", "vanish-first"] : ["vanish"];
  return candidates.filter((fault) => faults.has(fault));
}
