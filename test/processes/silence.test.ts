import { createPostgresBackend, Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, inject, it } from "vitest";
import { EXIT } from "../../src/cli/exit-codes.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { openSite, type Site } from "./program.ts";

const redisUrl = inject("redisUrl");

/** From now on the queue takes messages and gives none away: what a consumer that has gone deaf looks like from inside. */
async function holdBack(site: Site, queue: string, queueUrl: string | null): Promise<void> {
  const name = `nightferry-${site.database.schema}-${queue}`;
  if (queueUrl === null) {
    const raw = new Queue(name, { connection: { connectionString: site.database.url, migrate: true } }, createPostgresBackend);
    await raw.pause();
    await raw.close();
  } else {
    const connection = new Redis(queueUrl);
    const raw = new Queue(name, { connection });
    await raw.pause();
    await raw.close();
    connection.disconnect();
  }
}

async function expectItEndsWhenSilent(env: Record<string, string>): Promise<void> {
  const site = await openSite();
  const worker = site.start(["submit", "maintain"], { env, fixture: "watched-process.ts" });
  await worker.logged("process.started");
  await holdBack(site, "submit", env["QUEUE_URL"] ?? null);
  expect(await worker.ended, worker.stderr()).toBe(EXIT.silent);
  expect(worker.stderr()).toMatch(/"event":"process\.silent","queue":"submit"|"queue":"submit".*process\.silent/);
  expect(worker.stderr()).toContain("process.stopped");
  expect(worker.stderr()).toContain("nothing comes from queue submit any more, though it takes messages");
}

describe("a process whose queue goes on taking messages, but gives it none", () => {
  it("ends itself in order and non-zero, with its queues in PostgreSQL", () => expectItEndsWhenSilent({}));

  it.skipIf(redisUrl === null)("ends itself in order and non-zero, with its queues in the Redis of TEST_REDIS_URL", () =>
    expectItEndsWhenSilent({ QUEUE_URL: redisUrl ?? "" }),
  );
});

describe("a process that hears its queues", () => {
  it("goes on, and says so in /health", async () => {
    const site = await openSite();
    const up = site.start(["scheduler", "submit", "watch", "archive", "maintain", "http"], { fixture: "watched-process.ts" });
    const line = await up.logged("process.started");
    const { http } = JSON.parse(line) as { http: string };
    const silences = async (): Promise<Record<string, number>> => {
      const answer = await fetch(`${http}/health`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { silentMs: Record<string, number> }).silentMs;
    };
    // That nothing happens in this time is what is tested.
    await systemClock.sleep(4000);
    expect(Object.keys(await silences())).toHaveLength(5);
    for (const silentMs of Object.values(await silences())) expect(silentMs).toBeLessThan(3000);
    up.child.kill("SIGTERM");
    expect(await up.ended).toBe(EXIT.ok);
  });
});
