import { expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { PASSES, reconcileNext } from "../../../src/flows/reconcile/reconcile-next.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight } from "../../simulated/night.ts";

/** Counts how often each pass is claimed. */
async function withCounts(): Promise<{ readonly night: Night; readonly counts: Map<string, number> }> {
  const night = await createNight({ exports: [buildExport({ schedule: null })] });
  const counts = new Map<string, number>();
  const { claimDue } = night.repositories.passes;
  Object.assign(night.repositories.passes, {
    claimDue: async (...claim: Parameters<typeof claimDue>) => {
      const name = await claimDue(...claim);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
      return name;
    },
  });
  return { night, counts };
}

it("every pass runs once when all are due, however many processes reconcile", async () => {
  const { night, counts } = await withCounts();
  const reconcile = async () => {
    while (await reconcileNext(night.ports)) continue;
  };
  await Promise.all([reconcile(), reconcile(), reconcile()]);
  expect([...counts]).toHaveLength(PASSES.length);
  expect([...counts.values()]).toEqual(PASSES.map(() => 1));
});

it("every pass runs once in each of its intervals", async () => {
  const { night, counts } = await withCounts();
  for (let passed = 0; passed < HOUR_MS; passed += 5000) {
    while (await reconcileNext(night.ports)) continue;
    await night.clock.advance(5000);
  }
  expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(PASSES.map(({ name, everyMs }) => [name, HOUR_MS / everyMs])));
});

it("a pass that fails is due again after its interval, and the others still run", async () => {
  const { night, counts } = await withCounts();
  Object.assign(night.repositories.jobs, { listExpiredLeases: () => Promise.reject(new Error("broken")) });
  let failures = 0;
  for (let isDue = true; isDue;) {
    try {
      isDue = await reconcileNext(night.ports);
    } catch {
      failures += 1;
    }
  }
  expect(failures).toBe(1);
  expect(counts.size).toBe(PASSES.length);
});
