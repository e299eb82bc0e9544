import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { TOGETHER } from "./kills/kill-often.ts";
import { openKillSite } from "./kills/kill-site.ts";
import { JOBS_IN_FLIGHT, type RedisLoss, loseRedis } from "./kills/redis-gone.ts";
import { hasRedisServer, startOwnRedis } from "./kills/own-redis.ts";

// The program as it ships, with all its waits; `npm run bench:redis` waits for longer breakers, too.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

// The global setup fails without a redis-server when TEST_ALL=1 asks for every test.
describe.skipIf(!hasRedisServer())("while a hundred jobs are in flight, Redis (needs a redis-server)", () => {
  it("may be flushed", () => expectAllArchived("flushed"));

  it.each([500, 6000])("may be killed -9 and come back, empty, after %i ms", (downMs) => expectAllArchived({ downMs }));
});

async function expectAllArchived(loss: RedisLoss): Promise<void> {
  const redis = await startOwnRedis();
  onTestFinished(() => redis.close());
  const serverUrl = inject("databaseUrl");
  const site = await openKillSite({ serverUrl, queueUrl: redis.url, speed: 1, limit: JOBS_IN_FLIGHT, faults: "stuck-waiting" });
  onTestFinished(() => site.close());
  const figures = await loseRedis(site, { redis, loss, processes: TOGETHER });
  const said = JSON.stringify(figures);
  expect(figures, said).toMatchObject({ inFlight: JOBS_IN_FLIGHT, submits: JOBS_IN_FLIGHT, ends: [0] });
  expect(figures.audit, said).toMatchObject({ completed: JOBS_IN_FLIGHT, objects: JOBS_IN_FLIGHT, duplicates: 0, unfinished: 0 });
  expect(figures.audit, said).toMatchObject({ lost: [], differing: [], withoutObject: [] });
}
