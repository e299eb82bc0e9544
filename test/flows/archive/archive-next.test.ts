import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import type { Dependency } from "../../../src/core/breakers/circuit-breaker.ts";
import type { Job } from "../../../src/core/jobs/job.ts";
import { archiveNext, probeByArchiving } from "../../../src/flows/archive/archive-next.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, eventsNamed } from "../../simulated/night.ts";

const DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const LAKE: Dependency = { kind: "destination", name: "lake" };
const DISK: Dependency = { kind: "destination", name: "disk" };

/** As many results that wait to be archived, a minute between their deadlines; the last of them on `disk` if wanted. */
async function withReady(count: number, { lastOn = "lake" }: { readonly lastOn?: "lake" | "disk" } = {}): Promise<Night> {
  const exports = Array.from({ length: count }, (_, index) =>
    buildExport({
      name: `export-${index}`,
      exporter: `exporter-${index}`,
      // The first to be submitted has the last name.
      schedule: { cron: `${29 + count - index} 1 * * *`, timeZone: "America/Chicago" },
      destination: index === 0 ? lastOn : "lake",
    }),
  );
  const night = await createNight({ exports });
  night.lake.down = DOWN;
  night.disk.down = DOWN;
  await night.until(async () => (await night.jobs()).filter(({ state }) => state === "ready").length === count);
  night.lake.down = null;
  night.disk.down = null;
  // Past every wait of the jobs that were tried.
  await night.clock.advance(HOUR_MS);
  for (const { dependency } of await night.repositories.breakers.list()) await night.repositories.breakers.close(dependency);
  return night;
}

const deadlineOf = (job: Job | null): number => (job && "deadline" in job ? job.deadline.getTime() : 0);

async function archived(night: Night): Promise<Job[]> {
  const ids = eventsNamed(night, "job.transitioned").flatMap(({ id, to }) => (to === "archived" ? [id] : []));
  return await Promise.all(ids.map(async (id) => (await night.repositories.jobs.find(id))!));
}

describe("archiving", () => {
  it("begins with the result that has the earliest deadline", async () => {
    const night = await withReady(4);
    while (await archiveNext(night.ports, null)) continue;
    const deadlines = (await archived(night)).map(deadlineOf);
    expect(deadlines).toHaveLength(4);
    expect(new Set(deadlines).size).toBe(4);
    expect(deadlines).toEqual(deadlines.toSorted((a, b) => a - b));
  });

  it("claims the result that a wake-up names, whatever else is due", async () => {
    const night = await withReady(3);
    const latest = (await night.jobs()).toSorted((a, b) => deadlineOf(b) - deadlineOf(a))[0]!;
    expect(await archiveNext(night.ports, latest.id)).toBe(true);
    expect((await archived(night)).map(({ id }) => id)).toEqual([latest.id]);
    expect(await archiveNext(night.ports, latest.id)).toBe(false);
  });

  it("does nothing if no result is ready", async () => {
    const night = await createNight();
    expect(await archiveNext(night.ports, null)).toBe(false);
    expect(night.events).toEqual([]);
  });

  it("gives each result to one of several workers", async () => {
    const night = await withReady(3);
    const before = night.wfm.calls.openResult;
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => archiveNext(night.ports, null)));
    expect(outcomes.filter(Boolean)).toHaveLength(3);
    expect(await archived(night)).toHaveLength(3);
    expect(night.wfm.calls.openResult - before).toBe(3);
  });

  it("releases a result, as interrupted, when the process stops", async () => {
    const night = await withReady(1);
    const stopping = new AbortController();
    const { begin } = night.lake;
    const stop: typeof begin = async () => {
      stopping.abort();
      return { ok: false, error: DOWN };
    };
    Object.assign(night.lake, { begin: stop });
    await archiveNext(night.ports, null, stopping.signal);
    expect(await night.jobs()).toMatchObject([{ state: "ready", lastFailure: { reason: "interrupted" } }]);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });

  it("opens the breaker of a destination that cannot be used, and leaves the other results alone", async () => {
    const night = await withReady(3);
    night.lake.down = DOWN;
    expect(await archiveNext(night.ports, null)).toBe(true);
    expect(await archiveNext(night.ports, null)).toBe(false);
    expect(await night.repositories.breakers.list()).toMatchObject([{ dependency: LAKE, lastFailure: DOWN }]);
  });
});

describe("a probe", () => {
  async function halfOpen(night: Night, ...dependencies: readonly Dependency[]): Promise<void> {
    const since = night.clock.now();
    for (const dependency of dependencies) {
      await night.repositories.breakers.put({ dependency, since, failures: 3, retryAt: since, lastFailure: DOWN });
    }
  }

  it("archives exactly one result, and closes the breaker when it succeeds", async () => {
    const night = await withReady(3);
    await halfOpen(night, LAKE);
    expect(await archiveNext(night.ports, null)).toBe(false);
    await Promise.all([probeByArchiving(night.ports), probeByArchiving(night.ports), probeByArchiving(night.ports)]);
    expect(await archived(night)).toHaveLength(1);
    expect(await night.repositories.breakers.list()).toEqual([]);
    expect(eventsNamed(night, "breaker.closed")).toMatchObject([{ dependency: "destination lake" }]);
    expect(await archiveNext(night.ports, null)).toBe(true);
  });

  it("tries exactly one result, and opens the breaker for longer when it fails", async () => {
    const night = await withReady(3);
    await halfOpen(night, LAKE);
    night.lake.down = DOWN;
    const before = night.wfm.calls.openResult;
    await probeByArchiving(night.ports);
    await probeByArchiving(night.ports);
    expect(night.wfm.calls.openResult - before).toBe(1);
    const [breaker] = await night.repositories.breakers.list();
    expect(breaker).toMatchObject({ dependency: LAKE, failures: 4 });
    expect(breaker!.retryAt > night.clock.now()).toBe(true);
  });

  it("is returned if no result needs the dependency, so that another process can probe at once", async () => {
    const night = await withReady(1);
    await halfOpen(night, DISK);
    const before = await night.repositories.breakers.list();
    await probeByArchiving(night.ports);
    expect(await archived(night)).toEqual([]);
    expect(await night.repositories.breakers.list()).toEqual(before);
  });

  it("of a dependency that the claimed result does not need is returned before the result is archived", async () => {
    const night = await withReady(2, { lastOn: "disk" });
    await halfOpen(night, LAKE, DISK);
    let during: readonly Dependency[] = [];
    const { begin } = night.lake;
    const look: typeof begin = async (...upload) => {
      const breakers = await night.repositories.breakers.list();
      during = breakers.filter(({ retryAt }) => retryAt <= night.clock.now()).map(({ dependency }) => dependency);
      return await begin(...upload);
    };
    Object.assign(night.lake, { begin: look });
    await probeByArchiving(night.ports);
    expect(during).toEqual([DISK]);
    expect((await night.repositories.breakers.list()).map(({ dependency }) => dependency)).toEqual([DISK]);
    await probeByArchiving(night.ports);
    expect(await archived(night)).toHaveLength(2);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });

  it("of a connection needs a result that is only in WFM", async () => {
    const night = await withReady(1);
    await halfOpen(night, { kind: "connection", name: "acme" });
    expect(await archiveNext(night.ports, null)).toBe(false);
    await probeByArchiving(night.ports);
    expect(await archived(night)).toHaveLength(1);
    expect(await night.repositories.breakers.list()).toEqual([]);
  });
});
