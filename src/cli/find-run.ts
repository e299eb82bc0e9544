import { isRunId } from "../core/base/ids.ts";
import type { RunWithJobs } from "../core/jobs/run.ts";
import type { Repositories } from "../core/persistence/repositories.ts";
import { CommandError } from "./exit-codes.ts";

export async function findRun(repositories: Pick<Repositories, "runs">, id: string): Promise<RunWithJobs> {
  const found = isRunId(id) ? await repositories.runs.find(id) : null;
  if (!found) throw new CommandError(`there is no run ${id}; nightferry runs lists the runs`);
  return found;
}
