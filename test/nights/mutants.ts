import type { JobRowId } from "../../src/core/base/ids.ts";
import { transition } from "../../src/core/jobs/transition.ts";
import type { ObjectStore } from "../../src/core/ports/object-store.ts";
import { ok } from "../../src/core/base/result.ts";
import type { ClaimedResult, JobRepository } from "../../src/core/persistence/job-repository.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import type { Ports } from "../../src/flows/ports/ports.ts";

/** The program with one of its guards taken out. */
export interface Mutant {
  readonly name: string;
  readonly breakPorts: (ports: Ports) => Ports;
}

function withJobs(ports: Ports, change: (jobs: JobRepository) => Partial<JobRepository>): Ports {
  const { jobs } = ports.repositories;
  return { ...ports, repositories: { ...ports.repositories, jobs: { ...jobs, ...change(jobs) } } satisfies Repositories };
}

function withStore(ports: Ports, change: (store: ObjectStore) => Partial<ObjectStore>): Ports {
  const findObjectStore: Ports["findObjectStore"] = (name) => {
    const store = ports.findObjectStore(name);
    return store && { ...store, ...change(store) };
  };
  return { ...ports, findObjectStore };
}

function believingRows(ports: Ports): Ports {
  return { ...ports, stageResult: async (request) => await ports.stageResult({ ...request, check: undefined }) };
}

const done = async () => ok(undefined);

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the intent is not stored before the POST",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({
        claimSubmission: async (claim) => {
          const intent = await jobs.claimSubmission(claim);
          if (!intent) return null;
          const event = { type: "not-accepted", failure: null, retryAt: claim.now } as const;
          await jobs.transition(intent, transition(intent, event, claim.now), event.type);
          return intent;
        },
      })),
  },
  {
    name: "more jobs are admitted than the concurrency limit allows",
    breakPorts: (ports) => ({
      ...ports,
      repositories: {
        ...ports.repositories,
        exports: {
          ...ports.repositories.exports,
          sync: async (connections, exports) =>
            await ports.repositories.exports.sync(
              connections.map((one) => ({ ...one, maxConcurrentJobs: one.maxConcurrentJobs + 1 })),
              exports,
            ),
        },
      },
    }),
  },
  {
    name: "a result that another worker has claimed is claimed again",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({
        claimReady: async (claim) => {
          const claimed = await jobs.claimReady(claim);
          if (claimed || claim.id === null) return claimed;
          const job = await jobs.find(claim.id as JobRowId);
          return job?.state === "archiving" ? { job, artifact: await ports.repositories.artifacts.find(job.id) } : null;
        },
      })),
  },
  {
    name: "the optimistic lock is ignored: a transition is stored whatever state the job is in",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({
        transition: async (before, after, event) => {
          if (await jobs.transition(before, after, event)) return true;
          const stored = await jobs.find(before.id);
          return stored !== null && (await jobs.transition(stored, { ...after, version: stored.version + 1 }, event));
        },
      })),
  },
  {
    name: "the manifest comes first, and the artifacts after _SUCCESS",
    breakPorts: (ports) => {
      const late: (() => Promise<unknown>)[] = [];
      return withStore(ports, (store) => ({
        commit: async (staged) => {
          late.push(() => store.commit(staged));
          return await done();
        },
        put: async (key, body, facts) => {
          const put = await store.put(key, body, facts);
          if (key.endsWith("_SUCCESS")) for (const commit of late.splice(0)) await commit();
          return put;
        },
      }));
    },
  },
  {
    name: "_SUCCESS is not taken away before a partition is written over",
    breakPorts: (ports) => withStore(ports, (store) => ({ remove: (key) => (key.endsWith("_SUCCESS") ? done() : store.remove(key)) })),
  },
  {
    name: "a commit is not waited for",
    breakPorts: (ports) => withStore(ports, (store) => ({ commit: (staged) => Promise.race([store.commit(staged), done()]) })),
  },
  {
    name: "a commit that failed counts as done",
    breakPorts: (ports) =>
      withStore(ports, (store) => ({
        commit: async (staged) => {
          await store.commit(staged);
          return await done();
        },
      })),
  },
  {
    name: "a result is not proven",
    breakPorts: (ports) => ({
      ...ports,
      stageResult: async (request) => {
        const rows = request.announced.records ?? 0;
        const body = { ...request.result, announcedBytes: null, body: asIf(request.result.body, rows) };
        return await ports.stageResult({ ...request, result: body });
      },
    }),
  },
  {
    name: "jobs that rows have already may be claimed again",
    breakPorts: (ports) => withJobs(ports, () => ({ claimedJobIds: async () => new Set<string>() })),
  },
  {
    name: "the rows of a job that reconciliation claimed are not checked",
    breakPorts: believingRows,
  },
  {
    name: "any job on the server is claimed for a lost answer, and its rows are not checked",
    breakPorts: (ports) => ({
      ...believingRows(ports),
      findSmartSync: (name) => {
        const client = ports.findSmartSync(name);
        return (
          client && {
            ...client,
            listJobs: async (signal) => {
              const listing = await client.listJobs(signal);
              if (!listing.ok) return listing;
              const jobs = listing.value.jobs.map((job) => ({ ...job, exporterType: null, outputFormat: null, lastStatusChange: null }));
              return ok({ ...listing.value, jobs });
            },
          }
        );
      },
    }),
  },
  {
    name: "results are archived only when a wake-up names them",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({ claimReady: async (claim) => (claim.id === null ? null : await jobs.claimReady(claim)) })),
  },
  {
    name: "expired leases are not released",
    breakPorts: (ports) => withJobs(ports, () => ({ listExpiredLeases: async () => [] })),
  },
  {
    name: "a result that cannot be fetched now counts as gone",
    breakPorts: (ports) => ({
      ...ports,
      repositories: {
        ...ports.repositories,
        jobs: { ...ports.repositories.jobs, claimReady: async (claim) => hurried(await ports.repositories.jobs.claimReady(claim)) },
      },
      findSmartSync: (name) => {
        const client = ports.findSmartSync(name);
        return (
          client && {
            ...client,
            openResult: async (id, signal) => {
              const opened = await client.openResult(id, signal);
              return opened.ok ? opened : { ok: false, error: { reason: "job-unknown", jobId: id } };
            },
          }
        );
      },
    }),
  },
];

function hurried(claimed: ClaimedResult | null): ClaimedResult | null {
  return claimed && { ...claimed, job: { ...claimed.job, deadline: claimed.job.completedAt } };
}

/** Goes on as if the body had come whole, whatever came. */
async function* asIf(body: AsyncIterable<Uint8Array>, rows: number): AsyncGenerator<Uint8Array> {
  let isBroken = false;
  try {
    for await (const chunk of body) {
      isBroken = !new TextDecoder().decode(chunk).endsWith("}");
      if (!isBroken) yield chunk;
    }
  } catch {
    isBroken = true;
  }
  if (isBroken) yield new TextEncoder().encode(JSON.stringify({ job: "damaged", rows }));
}
