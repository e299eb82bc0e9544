import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createActiveFaults, createFaultCounts, type FaultCounts } from "./active-faults.ts";
import { sendError } from "./send-response.ts";
import { answerRequest } from "./answer-request.ts";
import { type SimulatorStats, createSimulatorStats } from "./simulator-stats.ts";
import type { Tenant } from "./exchange.ts";
import { ENDPOINTS, type Faults, parseFaults } from "./faults.ts";
import { createJobTable, type JobState, type SimulatedJob } from "./job-table.ts";
import { createResultCache } from "./result-cache.ts";
import { readRoute } from "./route.ts";
import { createSessions } from "./sessions.ts";
import { createSimulatorClock } from "./simulator-clock.ts";
import { resolveSettings, toFaults, type SimulatorOptions } from "./simulator-options.ts";

/** The actual state of a job, regardless of faults. Times are simulated milliseconds since 1970. */
interface JobSnapshot extends Pick<SimulatedJob, "jobId" | "exporter" | "request" | "submittedAt" | "startsAt" | "endsAt"> {
  readonly userName: string;
  readonly state: JobState;
  readonly totalRecords: number;
}

/** A simulated SmartSync server of one tenant, with fault injection. */
export interface Simulator extends AsyncDisposable {
  readonly options: SimulatorOptions;
  /** Live counters of requests and responses. */
  readonly stats: Readonly<SimulatorStats>;
  /** Listens on `port` (0 selects a free one) and returns the base URL. */
  listen(port?: number, host?: string): Promise<string>;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
  /** All jobs that are still listed, oldest first. */
  jobs(): readonly JobSnapshot[];
  /** All session ids that were issued. They are secrets, and tests search logs and tables for them. */
  sessionIds(): readonly string[];
  /** Replaces the global faults. Throws if the text is invalid. */
  setFaults(faults: Faults | string): void;
  /** Moves simulated time forward. */
  advance(ms: number): void;
  /** Simulated milliseconds since 1970. */
  now(): number;
}

interface FaultState {
  faults: Faults;
  readonly counts: FaultCounts;
}

const GLOBAL = "";
const KEEP_ALIVE_MS = 65_000;

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const settings = resolveSettings(options);
  const clock = createSimulatorClock(options.clockSpeed ?? 1, options.now);
  const tenant: Tenant = {
    settings,
    now: clock.now,
    sessions: createSessions(clock.now, settings.sessionIdleMs),
    jobs: createJobTable(settings, clock.now),
    results: createResultCache(settings.gzipLevel),
    stats: createSimulatorStats(),
  };
  const state: FaultState = { faults: toFaults(options.faults ?? {}), counts: createFaultCounts() };
  const server = createListener(options, (request, response) => void handleOrFail(tenant, state, { request, response }));

  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    options,
    stats: tenant.stats,
    listen: async (port = 0, host = "127.0.0.1") => {
      server.listen(port, host);
      await once(server, "listening");
      const address = server.address() as AddressInfo;
      return `${options.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
    },
    close,
    jobs: () => tenant.jobs.all().map((job) => snapshot(tenant, job)),
    sessionIds: () => tenant.sessions.issued,
    setFaults: (faults) => {
      state.faults = toFaults(faults);
      state.counts.reset(GLOBAL);
    },
    advance: clock.advance,
    now: clock.now,
    [Symbol.asyncDispose]: close,
  };
}

function createListener({ tls }: SimulatorOptions, answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, answer) : createServer(answer);
  // Longer than clients keep an idle connection: if the simulator closed it first, that would look like an injected fault.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

type HttpPair = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Reports an error of the simulator itself in the response. Ignores errors caused by a client that disconnects. */
async function handleOrFail(tenant: Tenant, state: FaultState, pair: HttpPair): Promise<void> {
  try {
    await handleRequest(tenant, state, pair);
  } catch (error) {
    if (!pair.response.headersSent && !pair.response.destroyed) sendError(pair.response, 500, `the simulator failed: ${String(error)}`);
    else pair.response.destroy();
  }
}

async function handleRequest(tenant: Tenant, state: FaultState, { request, response }: HttpPair): Promise<void> {
  const closed = new AbortController();
  response.on("close", () => closed.abort());
  response.setHeader("Date", new Date(tenant.now()).toUTCString());
  const { faultTexts, prefix, query, target } = readRoute(request.url ?? "/");
  const urlFaults = parseFaults(faultTexts.join(","));
  if (!urlFaults.ok) return sendError(response, 400, urlFaults.error);
  const sources = [
    { key: prefix, faults: urlFaults.value },
    { key: GLOBAL, faults: state.faults },
  ];
  const endpoint = ENDPOINTS.find((name) => name === target.endpoint) ?? null;
  const faults = createActiveFaults(sources, endpoint, state.counts);
  await answerRequest(tenant, target, { request, response, query, faults, signal: closed.signal, prefix });
}

function snapshot({ jobs }: Tenant, job: SimulatedJob): JobSnapshot {
  const { jobId, exporter, request, submittedAt, startsAt, endsAt } = job;
  const { totalRecords } = job.plan;
  return { jobId, exporter, request, submittedAt, startsAt, endsAt, userName: job.user.userName, state: jobs.stateOf(job), totalRecords };
}
