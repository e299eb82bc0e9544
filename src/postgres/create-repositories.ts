import type { Repositories } from "../core/persistence/repositories.ts";
import { createAlertRepository } from "./alert-repository.ts";
import { createArtifactRepository } from "./artifact-repository.ts";
import { createConnectionRepository } from "./connection-repository.ts";
import { createReconcilePassRepository } from "./reconcile-pass-repository.ts";
import { createExportRepository } from "./export-repository.ts";
import type { PrismaClient } from "./generated/client.ts";
import { createJobRepository } from "./job-repository.ts";
import { createOrphanRepository } from "./orphan-repository.ts";
import { createBreakerRepository } from "./breaker-repository.ts";
import { createProcessRepository } from "./process-repository.ts";
import { createRunRepository } from "./run-repository.ts";

/** The repositories in PostgreSQL. Errors are those of Prisma; `openDatabase` translates them. */
export function createRepositories(prisma: PrismaClient): Repositories {
  return {
    exports: createExportRepository(prisma),
    connections: createConnectionRepository(prisma),
    runs: createRunRepository(prisma),
    jobs: createJobRepository(prisma),
    artifacts: createArtifactRepository(prisma),
    processes: createProcessRepository(prisma),
    breakers: createBreakerRepository(prisma),
    orphans: createOrphanRepository(prisma),
    alerts: createAlertRepository(prisma),
    passes: createReconcilePassRepository(prisma),
  };
}
