import type { AlertRepository } from "./alert-repository.ts";
import type { ArtifactRepository } from "./artifact-repository.ts";
import type { BreakerRepository } from "./breaker-repository.ts";
import type { ConnectionRepository } from "./connection-repository.ts";
import type { ExportRepository } from "./export-repository.ts";
import type { JobRepository } from "./job-repository.ts";
import type { OrphanRepository } from "./orphan-repository.ts";
import type { ProcessRepository } from "./process-repository.ts";
import type { ReconcilePassRepository } from "./reconcile-pass-repository.ts";
import type { RunRepository } from "./run-repository.ts";

/**
 * The tables, as ports. Their methods return expected outcomes as values (`false` and `null` say what they mean at each method). They throw
 * only when the database cannot be used or a row cannot be read; a worker then ends its unit of work and tries again at its next poll
 * interval.
 */
export interface Repositories {
  readonly exports: ExportRepository;
  readonly connections: ConnectionRepository;
  readonly runs: RunRepository;
  readonly jobs: JobRepository;
  readonly artifacts: ArtifactRepository;
  readonly processes: ProcessRepository;
  readonly breakers: BreakerRepository;
  readonly orphans: OrphanRepository;
  readonly alerts: AlertRepository;
  readonly passes: ReconcilePassRepository;
}
