import type { Stores } from "../core/stores.ts";
import { createAlarmStore } from "./alarm-store.ts";
import { createArtifactStore } from "./artifact-store.ts";
import { createConnectionStore } from "./connection-store.ts";
import { createDutyStore } from "./duty-store.ts";
import { createExportStore } from "./export-store.ts";
import type { PrismaClient } from "./generated/client.ts";
import { createJobStore } from "./job-store.ts";
import { createOrphanStore } from "./orphan-store.ts";
import { createOutageStore } from "./outage-store.ts";
import { createProcessStore } from "./process-store.ts";
import { createRunStore } from "./run-store.ts";

/** The truth in PostgreSQL. Errors are those of Prisma; `openDatabase` translates them. */
export function createStores(prisma: PrismaClient): Stores {
  return {
    exports: createExportStore(prisma),
    connections: createConnectionStore(prisma),
    runs: createRunStore(prisma),
    jobs: createJobStore(prisma),
    artifacts: createArtifactStore(prisma),
    processes: createProcessStore(prisma),
    outages: createOutageStore(prisma),
    orphans: createOrphanStore(prisma),
    alarms: createAlarmStore(prisma),
    duties: createDutyStore(prisma),
  };
}
