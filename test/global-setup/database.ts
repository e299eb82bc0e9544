import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { openEmbeddedPostgres } from "../../src/embedded/open-embedded-postgres.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { discardHome } from "../processes/fixtures/discard-home.ts";
import { hasRedisServer } from "../processes/kills/own-redis.ts";

/** One PostgreSQL for the whole run: TEST_DATABASE_URL's, or an embedded one that ends with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redisUrl = process.env["TEST_REDIS_URL"] ?? null;
  if (process.env["TEST_ALL"] === "1") {
    if (redisUrl === null) throw new Error("TEST_ALL=1 asks for every test, but TEST_REDIS_URL names no Redis");
    if (!hasRedisServer()) throw new Error("TEST_ALL=1 asks for every test, but there is no redis-server to take away");
  }
  project.provide("redisUrl", redisUrl);
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined) {
    project.provide("databaseUrl", given);
    return async () => undefined;
  }
  await discardLeftovers();
  const home = await mkdtemp(join(tmpdir(), `nightferry-test-${process.pid}-`));
  const opened = await openEmbeddedPostgres({ home, clock: systemClock });
  if (!opened.ok) throw new Error(opened.error.message);
  project.provide("databaseUrl", opened.value.databaseUrl);
  return async () => {
    await opened.value.close();
    await discardHome(home);
  };
}

/** A run that was killed leaves its server behind. */
async function discardLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^nightferry-test-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const home = join(tmpdir(), name);
    const leftover = await openEmbeddedPostgres({ home, clock: systemClock });
    if (!leftover.ok) continue;
    await leftover.value.close();
    await discardHome(home);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
