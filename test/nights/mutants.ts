import type { Job } from "../../src/core/job.ts";
import type { ObjectStore } from "../../src/core/object-store.ts";
import { ok } from "../../src/core/result.ts";
import type { JobStore, Stores } from "../../src/core/stores.ts";
import type { Ports } from "../../src/flows/ports.ts";

/** The program with one of its guards taken out. */
export interface Mutant {
  readonly name: string;
  readonly breakPorts: (ports: Ports) => Ports;
}

function withJobs(ports: Ports, change: (jobs: JobStore) => Partial<JobStore>): Ports {
  const { jobs } = ports.stores;
  return { ...ports, stores: { ...ports.stores, jobs: { ...jobs, ...change(jobs) } } satisfies Stores };
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
    breakPorts: (ports) => withJobs(ports, () => ({ moveWithinBudget: async () => "moved" as const })),
  },
  {
    name: "the budget is not asked",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({ moveWithinBudget: async (before, after) => await jobs.moveWithinBudget(before, after, 1000) })),
  },
  {
    name: "more is admitted than the budget has places for",
    breakPorts: (ports) => ({
      ...ports,
      catalog: {
        ...ports.catalog,
        findConnection: (name) => {
          const found = ports.catalog.findConnection(name);
          return found && { ...found, maxConcurrentJobs: found.maxConcurrentJobs + 1 };
        },
      },
    }),
  },
  {
    name: "a move that came too late is taken for one that was stored",
    breakPorts: (ports) => withJobs(ports, (jobs) => ({ move: async (...move) => (await jobs.move(...move)) || true })),
  },
  {
    name: "the fence is ignored: a move is stored whatever state the job is in",
    breakPorts: (ports) =>
      withJobs(ports, (jobs) => ({
        move: async (before, after, event) => {
          if (await jobs.move(before, after, event)) return true;
          const stored = await jobs.find(before.id);
          return stored !== null && (await jobs.move(stored, { ...after, version: stored.version + 1 }, event));
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
    name: "_SUCCESS is not taken away before a folder is written over",
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
    name: "jobs that rows have already may be adopted again",
    breakPorts: (ports) => withJobs(ports, () => ({ claimedVendorIds: async () => new Set<string>() })),
  },
  {
    name: "the rows of a job that was adopted are not looked at",
    breakPorts: believingRows,
  },
  {
    name: "any job on the server is taken for the one whose answer was lost, and its rows are not looked at",
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
    name: "the sweep does not see results whose message was lost",
    breakPorts: (ports) => withJobs(ports, () => ({ listReady: async () => [] })),
  },
  {
    name: "leases of dead workers are not taken back",
    breakPorts: (ports) => withJobs(ports, () => ({ listExpiredLeases: async () => [] })),
  },
  {
    name: "a result that cannot be had now counts as gone",
    breakPorts: (ports) => ({
      ...ports,
      stores: {
        ...ports.stores,
        jobs: { ...ports.stores.jobs, listReady: async (query) => (await ports.stores.jobs.listReady(query)).map(hurried) },
      },
      findSmartSync: (name) => {
        const client = ports.findSmartSync(name);
        return (
          client && {
            ...client,
            openResult: async (id, signal) => {
              const opened = await client.openResult(id, signal);
              return opened.ok ? opened : { ok: false, error: { reason: "job-unknown", vendorJobId: id } };
            },
          }
        );
      },
    }),
  },
];

function hurried(job: Job): Job {
  return job.state === "ready" ? { ...job, deadline: job.completedAt } : job;
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
