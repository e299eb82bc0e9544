import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActiveFaults } from "./active-faults.ts";
import type { CallCounts } from "./call-counts.ts";
import type { JobBook } from "./job-book.ts";
import type { PreparedResults } from "./prepared-results.ts";
import type { Sessions } from "./sessions.ts";
import type { Settings, SimulatedUser } from "./simulator-options.ts";

/** The simulated server behind the calls. */
export interface Tenant {
  readonly settings: Settings;
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly jobs: JobBook;
  readonly results: PreparedResults;
  readonly counts: CallCounts;
}

/** One HTTP request and its answer to be. */
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

/** `null`: the body is no JSON object. */
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
