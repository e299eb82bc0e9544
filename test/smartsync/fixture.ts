import { createServer, type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/core/base/clock.ts";
import type { ExportRequest } from "../../src/core/exports/export-request.ts";
import type { SmartSyncFailure } from "../../src/core/base/failure.ts";
import { parseJobId, type JobId } from "../../src/core/base/ids.ts";
import type { Result } from "../../src/core/base/result.ts";
import type { SmartSync } from "../../src/core/ports/smartsync.ts";
import { createSmartSync, type SmartSyncOptions } from "../../src/smartsync/create-smartsync.ts";
import { startScriptedServer, type ScriptedServer } from "./scripted-server.ts";

export const PASSWORD = "pass-canary-5ec&ret";
export const NOW = new Date("2026-11-22T01:30:00Z");
export const REQUEST: ExportRequest = { startDate: "2026-11-21", endDate: "2026-11-21", outputFormat: "JSON", muIds: [101] };
export const JOB_ID = parseJobId("9b2fe7bb8362429fb85a16c9373cf50c") as JobId;
export const RESULT = `GET /SMARTSync/services/rs/exporters/v1/result/${JOB_ID}`;

const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };

export function createClient(url: string, options: Partial<SmartSyncOptions> = {}): SmartSync {
  const client = createSmartSync({
    connection: "acme",
    url,
    customerId: 1,
    locale: "en_US",
    credentials: { reveal: () => ({ userName: "testuser", password: PASSWORD }) },
    clock,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

export async function startServer(options: { readonly tls?: boolean } = {}): Promise<ScriptedServer> {
  const server = await startScriptedServer(options);
  onTestFinished(() => server.close());
  return server;
}

export async function startPair(options: Partial<SmartSyncOptions> = {}): Promise<{ server: ScriptedServer; client: SmartSync }> {
  const server = await startServer();
  return { server, client: createClient(server.url, options) };
}

/** A port on which no server listens. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function expectFailure<E = SmartSyncFailure>(result: Result<unknown, E>): E {
  if (result.ok) throw new Error(`expected a failure, not ${JSON.stringify(result.value)}`);
  return result.error;
}

export function expectValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`expected a value, not ${JSON.stringify(result.error)}`);
  return result.value;
}
