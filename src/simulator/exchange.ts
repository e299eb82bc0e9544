import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActiveFaults } from "./active-faults.ts";
import type { SimulatorStats } from "./simulator-stats.ts";
import type { JobTable } from "./job-table.ts";
import type { ResultCache } from "./result-cache.ts";
import type { Sessions } from "./sessions.ts";
import type { Settings, SimulatedUser } from "./simulator-options.ts";

/** The state of the simulated server. */
export interface Tenant {
  readonly settings: Settings;
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly jobs: JobTable;
  readonly results: ResultCache;
  readonly stats: SimulatorStats;
}

/** One HTTP request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly faults: ActiveFaults;
  /** Aborted when the connection closes. */
  readonly signal: AbortSignal;
}

export interface UserExchange extends Exchange {
  readonly user: SimulatedUser;
}

/** Returns `null` if the body is not a JSON object. */
export async function readJsonObject(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
