import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createActiveFaults, createFaultCounts, type FaultCounts } from "./active-faults.ts";
import { sendError } from "./answer.ts";
import { answerCall } from "./answer-call.ts";
import { type CallCounts, createCallCounts } from "./call-counts.ts";
import type { Tenant } from "./exchange.ts";
import { CALLS, type Faults, parseFaults } from "./faults.ts";
import { createJobBook, type JobState, type SimulatedJob } from "./job-book.ts";
import { createPreparedResults } from "./prepared-results.ts";
import { readRoute } from "./route.ts";
import { createSessions } from "./sessions.ts";
import { createSimulatorClock } from "./simulator-clock.ts";
import { completeSettings, faultsFrom, type SimulatorOptions } from "./simulator-options.ts";

/** A job as the simulator knows it, whatever faults show of it. Times are simulated milliseconds since 1970. */
interface JobSnapshot extends Pick<SimulatedJob, "jobId" | "exporter" | "request" | "submittedAt" | "startsAt" | "endsAt"> {
  readonly userName: string;
  readonly state: JobState;
  readonly totalRecords: number;
}

/** A SmartSync server of one tenant, with faults on demand. */
export interface Simulator extends AsyncDisposable {
  readonly options: SimulatorOptions;
  /** Live counts of what was asked. */
  readonly stats: Readonly<CallCounts>;
  /** Serves at `port` (a free one for 0) and returns the base URL. */
  listen(port?: number, host?: string): Promise<string>;
  /** Stops serving and ends every connection. */
  close(): Promise<void>;
  /** Jobs that have not left the lists yet, oldest first. */
  jobs(): readonly JobSnapshot[];
  /** Every session id that it handed out: secrets, which a test can search for. */
  sessionIds(): readonly string[];
  /** Replaces the faults that hold for everybody. Throws on a text that is none. */
  set(faults: Faults | string): void;
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
  const settings = completeSettings(options);
  const clock = createSimulatorClock(options.clockSpeed ?? 1, options.now);
  const tenant: Tenant = {
    settings,
    now: clock.now,
    sessions: createSessions(clock.now, settings.sessionIdleMs),
    jobs: createJobBook(settings, clock.now),
    results: createPreparedResults(settings.gzipLevel),
    counts: createCallCounts(),
  };
  const state: FaultState = { faults: faultsFrom(options.faults ?? {}), counts: createFaultCounts() };
  const server = createListener(options, (request, response) => void answerOrFail(tenant, state, { request, response }));

  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    options,
    stats: tenant.counts,
    listen: async (port = 0, host = "127.0.0.1") => {
      server.listen(port, host);
      await once(server, "listening");
      const address = server.address() as AddressInfo;
      return `${options.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
    },
    close,
    jobs: () => tenant.jobs.all().map((job) => snapshot(tenant, job)),
    sessionIds: () => tenant.sessions.issued,
    set: (faults) => {
      state.faults = faultsFrom(faults);
      state.counts.forget(GLOBAL);
    },
    advance: clock.advance,
    now: clock.now,
    [Symbol.asyncDispose]: close,
  };
}

function createListener({ tls }: SimulatorOptions, answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, answer) : createServer(answer);
  // Longer than clients keep an idle connection: closing first would look like a fault that nobody asked for.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

type HttpPair = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** A client that went away in the middle is no event here; a mistake of the simulator's own is said in the answer. */
async function answerOrFail(tenant: Tenant, state: FaultState, pair: HttpPair): Promise<void> {
  try {
    await answerRequest(tenant, state, pair);
  } catch (error) {
    if (!pair.response.headersSent && !pair.response.destroyed) sendError(pair.response, 500, `the simulator failed: ${String(error)}`);
    else pair.response.destroy();
  }
}

async function answerRequest(tenant: Tenant, state: FaultState, { request, response }: HttpPair): Promise<void> {
  const closed = new AbortController();
  response.on("close", () => closed.abort());
  response.setHeader("Date", new Date(tenant.now()).toUTCString());
  const { faultTexts, prefix, query, target } = readRoute(request.url ?? "/");
  const own = parseFaults(faultTexts.join(","));
  if (!own.ok) return sendError(response, 400, own.error);
  const sources = [
    { key: prefix, faults: own.value },
    { key: GLOBAL, faults: state.faults },
  ];
  const call = CALLS.find((name) => name === target.call) ?? null;
  const faults = createActiveFaults(sources, call, state.counts);
  await answerCall(tenant, target, { request, response, query, faults, signal: closed.signal, prefix });
}

function snapshot({ jobs }: Tenant, job: SimulatedJob): JobSnapshot {
  const { jobId, exporter, request, submittedAt, startsAt, endsAt } = job;
  const { totalRecords } = job.plan;
  return { jobId, exporter, request, submittedAt, startsAt, endsAt, userName: job.user.userName, state: jobs.stateOf(job), totalRecords };
}
