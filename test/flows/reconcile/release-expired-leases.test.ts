import { describe, expect, it } from "vitest";
import { transitionOrphan } from "../../../src/core/quarantine/orphan.ts";
import { archiveNext } from "../../../src/flows/archive/archive-next.ts";
import { LEASE_MS } from "../../../src/flows/leases/with-lease.ts";
import { releaseExpiredLeases } from "../../../src/flows/reconcile/release-expired-leases.ts";
import { seedJob } from "../../contracts/seed.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildOrphan } from "../../factories/build-orphan.ts";
import { createNight } from "../../simulated/night.ts";

describe("a lease that has expired", () => {
  it("releases the result at once, and one that is still valid does not", async () => {
    const night = await createNight();
    const leaseUntil = new Date(night.clock.now().getTime() + LEASE_MS);
    const job = await seedJob(night.repositories, "archiving", { times: { leaseUntil } });
    await night.clock.advance(LEASE_MS - 1);
    await releaseExpiredLeases(night.ports);
    expect(await night.repositories.jobs.find(job.id)).toEqual(job);
    await night.clock.advance(1);
    await releaseExpiredLeases(night.ports);
    expect(await night.repositories.jobs.find(job.id)).toMatchObject({
      state: "ready",
      notBefore: night.clock.now(),
      lastFailure: { reason: "interrupted" },
    });
    expect(night.wakeUps.pending()).toEqual([{ role: "archive", id: job.id }]);
  });

  it("releases an orphan, too", async () => {
    const night = await createNight();
    const orphan = buildOrphan();
    await night.repositories.orphans.add(orphan);
    const claimed = { state: "copying", failedAttempts: 1, fencingToken: "t", leaseUntil: night.clock.now() } as const;
    await night.repositories.orphans.transition(orphan, transitionOrphan(orphan, claimed));
    await releaseExpiredLeases(night.ports);
    expect(night.tables.orphans.get(orphan.id)).toMatchObject({ state: "found", failedAttempts: 2, notBefore: null });
  });

  it("lets another worker archive what a worker had claimed that died", async () => {
    const night = await createNight({ exports: [buildExport()], mayThrow: true });
    const { openResult } = night.wfm.client;
    const die: typeof openResult = async () => await Promise.reject(new Error("killed"));
    Object.assign(night.wfm.client, { openResult: die });
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "archiving"));
    expect(night.failures).toMatchObject([{ role: "archive", error: { message: "killed" } }]);
    Object.assign(night.wfm.client, { openResult });
    expect(await archiveNext(night.ports, null)).toBe(false);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});
