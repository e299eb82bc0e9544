import { type IncomingHttpHeaders, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Simulator } from "../../src/simulator/create-simulator.ts";
import { createSimulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As sent, packed or not; what came of it when the connection broke. */
  readonly raw: Buffer;
  readonly text: string;
  /** How the transfer broke; `null` when the client saw nothing wrong. */
  readonly broken: string | null;
}

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hang up once so many bytes of the body have come. */
  readonly hangUpAfter?: number;
}

/** A client that hides nothing: no decoding, no redirects, one connection per call. */
export async function call(url: string, options: CallOptions = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method: options.method ?? "GET", agent: false, headers: options.headers }, (incoming) => {
      const chunks: Buffer[] = [];
      let received = 0;
      const finish = (broken: string | null) => {
        const raw = Buffer.concat(chunks);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, raw, text: textOf(raw, incoming.headers), broken });
      };
      incoming.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (options.hangUpAfter !== undefined && received >= options.hangUpAfter) {
          finish("hung up");
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

/** Someone who is logged in. `faults` is put in front of the path. */
export interface Visitor {
  readonly api: (path: string, options?: CallOptions & { readonly faults?: string }) => Promise<Answer>;
  readonly submit: (exporter: string, body: unknown, faults?: string) => Promise<Answer>;
  readonly submitted: (exporter: string, body: unknown, faults?: string) => Promise<string>;
  readonly status: (jobId: string, faults?: string) => Promise<StatusMembers>;
  readonly list: (faults?: string) => Promise<StatusMembers[]>;
  readonly result: (jobId: string, options?: CallOptions & { readonly faults?: string; readonly query?: string }) => Promise<Answer>;
}

export const CREDENTIALS = { customerId: 1, userName: "demo", password: "demo", locale: "en_US" };
const JSON_HEADERS = { "Content-Type": "application/json" };
const API = "/SMARTSync/services/rs";

export async function logIn(baseUrl: string, credentials: object = CREDENTIALS): Promise<Visitor> {
  const login = await call(`${baseUrl}${API}/users/v1/login`, { method: "POST", body: credentials, headers: JSON_HEADERS });
  const cookie = login.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const api: Visitor["api"] = async (path, { faults, ...options } = {}) =>
    await call(`${baseUrl}${faults ? `/~${faults}` : ""}${API}/${path}`, {
      ...options,
      headers: { ...JSON_HEADERS, Cookie: cookie, "Accept-Encoding": "gzip", ...options.headers },
    });
  const submit: Visitor["submit"] = async (exporter, body, faults) =>
    await api(`exporters/v1/${exporter}`, { method: "POST", body, ...(faults ? { faults } : {}) });
  return {
    api,
    submit,
    submitted: async (exporter, body, faults) => {
      const answer = await submit(exporter, body, faults);
      const { jobId } = JSON.parse(answer.text) as { jobId?: string };
      if (!jobId) throw new Error(`${exporter} was refused: ${answer.text}`);
      return jobId;
    },
    status: async (jobId, faults) =>
      JSON.parse((await api(`exporters/v1/status/${jobId}`, faults ? { faults } : {})).text) as StatusMembers,
    list: async (faults) => JSON.parse((await api("exporters/v1/status", faults ? { faults } : {})).text) as StatusMembers[],
    result: async (jobId, { query, ...options } = {}) => await api(`exporters/v1/result/${jobId}${query ?? ""}`, options),
  };
}

/** A simulator whose time only moves by `advance`, and a visitor of it. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; url: string; visitor: Visitor }> {
  const simulator = createSimulator({ now: () => 1_795_478_400_000, ...options });
  const url = await simulator.listen();
  return { simulator, url, visitor: await logIn(url) };
}

/** A right request of any exporter in any of its formats. */
export function validRequest(exporter: string, outputFormat: string): Record<string, unknown> {
  const base = { startDate: "2026-11-20", endDate: "2026-11-22", outputFormat };
  if (exporter === "mu-opens") return { ...base, muIds: [101, 102] };
  if (exporter === "agent-export") return { ...base, muIds: [101, 102], recordType: "newAgent" };
  const written =
    outputFormat === "XML" ? base : { ...base, timeFormat: "24", ...(outputFormat === "PIPE" ? { dateFormat: "mmddyyyy" } : {}) };
  if (exporter === "agent-vacation-summary") return { ...written, allTimeOffGroups: {} };
  return exporter.startsWith("ct-") ? { ...written, buIds: [301], ctIds: [202] } : { ...written, muIds: [101, 102] };
}
