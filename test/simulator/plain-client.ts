import { type IncomingHttpHeaders, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { createSimulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as sent, or as many as arrived before the connection broke. */
  readonly raw: Buffer;
  readonly text: string;
  /** The error that broke the transfer. `null` if the client detected none. */
  readonly transferError: string | null;
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Disconnects after this many bytes of the body. */
  readonly disconnectAfter?: number;
}

/** Sends a request without decoding, redirects or connection reuse, so that a test sees exactly what the server sends. */
export async function sendRequest(url: string, options: RequestOptions = {}): Promise<HttpResponse> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method: options.method ?? "GET", agent: false, headers: options.headers }, (incoming) => {
      const chunks: Buffer[] = [];
      let received = 0;
      const finish = (transferError: string | null) => {
        const raw = Buffer.concat(chunks);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, raw, text: textOf(raw, incoming.headers), transferError });
      };
      incoming.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (options.disconnectAfter !== undefined && received >= options.disconnectAfter) {
          finish("disconnected");
          incoming.destroy();
        }
      });
      incoming.on("end", () => finish(null));
      incoming.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    });
    outgoing.on("error", reject);
    outgoing.end(typeof options.body === "string" ? options.body : options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

function textOf(raw: Buffer, headers: IncomingHttpHeaders): string {
  if (headers["content-encoding"]?.toLowerCase() !== "gzip") return raw.toString("utf8");
  try {
    return gunzipSync(raw).toString("utf8");
  } catch {
    return "";
  }
}

interface StatusMembers {
  readonly jobId: string;
  readonly status: string;
  readonly exporterType: string;
  readonly lastStatusChange: string;
  readonly outputFormat: string;
  readonly errorDetails?: string | null;
  readonly totalRecords?: number;
  readonly resultsSizeBytes?: { readonly compressed?: number; readonly uncompressed: number };
  readonly additionalDetails?: string;
}

/** A client with a session. `faults` are added to the URL. */
export interface LoggedInClient {
  readonly api: (path: string, options?: RequestOptions & { readonly faults?: string }) => Promise<HttpResponse>;
  readonly submit: (exporter: string, body: unknown, faults?: string) => Promise<HttpResponse>;
  readonly submitJob: (exporter: string, body: unknown, faults?: string) => Promise<string>;
  readonly status: (jobId: string, faults?: string) => Promise<StatusMembers>;
  readonly list: (faults?: string) => Promise<StatusMembers[]>;
  readonly result: (
    jobId: string,
    options?: RequestOptions & { readonly faults?: string; readonly query?: string },
  ) => Promise<HttpResponse>;
}

export const CREDENTIALS = { customerId: 1, userName: "demo", password: "demo", locale: "en_US" };
const JSON_HEADERS = { "Content-Type": "application/json" };
const API = "/SMARTSync/services/rs";

export async function logIn(baseUrl: string, credentials: object = CREDENTIALS): Promise<LoggedInClient> {
  const login = await sendRequest(`${baseUrl}${API}/users/v1/login`, { method: "POST", body: credentials, headers: JSON_HEADERS });
  const cookie = login.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const api: LoggedInClient["api"] = async (path, { faults, ...options } = {}) =>
    await sendRequest(`${baseUrl}${faults ? `/~${faults}` : ""}${API}/${path}`, {
      ...options,
      headers: { ...JSON_HEADERS, Cookie: cookie, "Accept-Encoding": "gzip", ...options.headers },
    });
  const submit: LoggedInClient["submit"] = async (exporter, body, faults) =>
    await api(`exporters/v1/${exporter}`, { method: "POST", body, ...(faults ? { faults } : {}) });
  return {
    api,
    submit,
    submitJob: async (exporter, body, faults) => {
      const response = await submit(exporter, body, faults);
      const { jobId } = JSON.parse(response.text) as { jobId?: string };
      if (!jobId) throw new Error(`The simulator rejected a submit of ${exporter}: ${response.text}`);
      return jobId;
    },
    status: async (jobId, faults) =>
      JSON.parse((await api(`exporters/v1/status/${jobId}`, faults ? { faults } : {})).text) as StatusMembers,
    list: async (faults) => JSON.parse((await api("exporters/v1/status", faults ? { faults } : {})).text) as StatusMembers[],
    result: async (jobId, { query, ...options } = {}) => await api(`exporters/v1/result/${jobId}${query ?? ""}`, options),
  };
}

/** Starts a simulator whose time moves only by `advance`, and logs in. */
export async function openSimulator(
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; url: string; client: LoggedInClient }> {
  const simulator = createSimulator({ now: () => 1_795_478_400_000, ...options });
  const url = await simulator.listen();
  return { simulator, url, client: await logIn(url) };
}

/** A valid request for any exporter in any of its formats. */
export function validRequest(exporter: string, outputFormat: string): Record<string, unknown> {
  const base = { startDate: "2026-11-20", endDate: "2026-11-22", outputFormat };
  if (exporter === "mu-opens") return { ...base, muIds: [101, 102] };
  if (exporter === "agent-export") return { ...base, muIds: [101, 102], recordType: "newAgent" };
  const written =
    outputFormat === "XML" ? base : { ...base, timeFormat: "24", ...(outputFormat === "PIPE" ? { dateFormat: "mmddyyyy" } : {}) };
  if (exporter === "agent-vacation-summary") return { ...written, allTimeOffGroups: {} };
  return exporter.startsWith("ct-") ? { ...written, buIds: [301], ctIds: [202] } : { ...written, muIds: [101, 102] };
}
