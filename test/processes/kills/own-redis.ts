import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

/** A Redis that keeps nothing on disk: killed, it has lost everything. */
export interface OwnRedis {
  readonly url: string;
  flush(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** On the same port, and resolves when it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const START_MS = 30_000;

/** Whether there is a redis-server to start; `apt-get install redis-server` brings one. */
export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  const close = async (): Promise<void> => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  const start = async (): Promise<void> => {
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory];
    server = spawn("redis-server", options, { stdio: "ignore" });
    await waitUntil(() => answers(url), { deadlineMs: START_MS, describe: () => `no Redis at ${url}` });
  };
  await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, kill, start, close, flush: () => withRedis(url, (redis) => redis.flushall()).then(() => undefined) };
}

/** Removes what a program with this name in its keys left in a Redis that others use, too. */
export async function removeKeysOf(url: string, name: string): Promise<void> {
  await withRedis(url, async (redis) => {
    const keys = await redis.keys(`*${name}*`);
    if (keys.length > 0) await redis.del(keys);
  });
}

async function answers(url: string): Promise<boolean> {
  return await withRedis(url, (redis) => redis.ping()).then(
    () => true,
    () => false,
  );
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
