import type { WorkRole } from "../../core/base/role.ts";
import { archiveNext, probeByArchiving } from "../archive/archive-next.ts";
import { planNextRun } from "../plan/plan-run.ts";
import { pollNextConnection } from "../poll/poll-connection.ts";
import type { Ports } from "../ports/ports.ts";
import { copyNextOrphan } from "../quarantine/copy-orphan.ts";
import { reconcileNext } from "../reconcile/reconcile-next.ts";
import { createDueRuns } from "../schedule/create-due-runs.ts";
import { probeBySubmitting, submitNextJob } from "../submit/submit-job.ts";

/** What a role does. */
export interface Work {
  /**
   * Claims and processes one unit of due work: the row that a wake-up named, or whatever is due (`null`). `false`: there was none, or
   * another process claimed it.
   */
  claimNext(id: string | null, signal: AbortSignal): Promise<boolean>;
  /** What is done at every poll interval only: probing dependencies whose breakers are half-open, and what few lost wake-ups lead to. */
  atInterval?(signal: AbortSignal): Promise<void>;
}

/** The work of each role. A unit that fails leaves the tables as they are or its lease to expire, so it can always be repeated. */
export function createWork(ports: Ports): Readonly<Record<WorkRole, Work>> {
  return {
    schedule: { claimNext: () => createDueRuns(ports) },
    submit: {
      claimNext: (id, signal) => (id === null ? submitNextJob(ports) : planNextRun(ports, id, signal)),
      atInterval: async (signal) => {
        await probeBySubmitting(ports);
        while (!signal.aborted && (await planNextRun(ports, null, signal)));
      },
    },
    poll: { claimNext: (id, signal) => pollNextConnection(ports, id, signal) },
    archive: {
      claimNext: async (id, signal) => (await archiveNext(ports, id, signal)) || (id === null && (await copyNextOrphan(ports, signal))),
      atInterval: (signal) => probeByArchiving(ports, signal),
    },
    reconcile: { claimNext: () => reconcileNext(ports) },
  };
}
