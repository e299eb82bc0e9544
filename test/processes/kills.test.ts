import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { auditSite } from "./kills/audit.ts";
import { killOften, type KillPlan, SEPARATE, TOGETHER } from "./kills/kill-often.ts";
import { openKillSite } from "./kills/kill-site.ts";

// Every kill costs a start; `npm run bench:kills` makes hundreds of them.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const KILLS = 15;
const redisUrl = inject("redisUrl");

describe("killed -9 at random moments, and started again", () => {
  it("up loses nothing, with its queues in PostgreSQL", () => expectNothingLost(null, TOGETHER));

  it.skipIf(redisUrl === null)("separate processes lose nothing, with their queues in the Redis of TEST_REDIS_URL", () =>
    expectNothingLost(redisUrl, SEPARATE),
  );
});

async function expectNothingLost(queueUrl: string | null, processes: KillPlan["processes"]): Promise<void> {
  const seed = Math.floor(Math.random() * 1e9);
  const site = await openKillSite({ serverUrl: inject("databaseUrl"), queueUrl, speed: 20, limit: 8, faults: "submit-late=100" });
  onTestFinished(() => site.close());
  const count = await killOften(site, { kills: KILLS, seed, processes });
  const audit = await auditSite(site);
  const said = `seed ${seed}: ${JSON.stringify({ ...count, ...audit })}`;
  expect(audit, said).toMatchObject({ lost: [], differing: [], withoutObject: [], unfinished: 0 });
  expect(count, said).toMatchObject({ kills: KILLS, endedAlone: [] });
  expect(audit.completed, said).toBeGreaterThanOrEqual(24);
  expect(audit.objects, said).toBe(audit.completed - audit.duplicates);
  expect(audit.duplicates, said).toBeLessThanOrEqual(count.duringSubmit);
  // What WFM had taken without anybody hearing of it was found in its list.
  expect(audit.claimedByReconciliation, said).toBeGreaterThanOrEqual(audit.unanswered);
}
