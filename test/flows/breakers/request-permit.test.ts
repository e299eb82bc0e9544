import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../../src/core/base/clock.ts";
import { type Breaker, type Dependency, PROBE_MS } from "../../../src/core/breakers/circuit-breaker.ts";
import { claimProbes, requestPermit, returnProbes } from "../../../src/flows/breakers/request-permit.ts";
import { createManualClock } from "../../fakes/manual-clock.ts";
import { createMemoryRepositories } from "../../fakes/memory-repositories.ts";

const ACME: Dependency = { kind: "connection", name: "acme" };
const LAKE: Dependency = { kind: "destination", name: "lake" };

async function withBreakers(...breakers: readonly (readonly [Dependency, "open" | "half-open"])[]) {
  const clock = createManualClock();
  const repositories = createMemoryRepositories({ now: () => clock.now() });
  const since = clock.now();
  const lastFailure = { reason: "timed-out", target: "https://wfm.example", detail: "no answer" } as const;
  for (const [dependency, state] of breakers) {
    const retryAt = new Date(since.getTime() + (state === "open" ? MINUTE_MS : 0));
    await repositories.breakers.put({ dependency, since, failures: 2, retryAt, lastFailure });
  }
  return { clock, repositories };
}

describe("a permit", () => {
  it("is given if all breakers are closed, and probes nothing", async () => {
    const ports = await withBreakers([LAKE, "open"]);
    expect(await requestPermit(ports, [ACME])).toEqual({ probing: [] });
    expect(await requestPermit(ports, [])).toEqual({ probing: [] });
  });

  it("is not given while one breaker is open", async () => {
    const ports = await withBreakers([LAKE, "open"]);
    expect(await requestPermit(ports, [ACME, LAKE])).toBeNull();
  });

  it("is given to one caller while a breaker is half-open, and to the next one if the first does not report in time", async () => {
    const ports = await withBreakers([ACME, "half-open"]);
    const permits = await Promise.all([1, 2, 3].map(() => requestPermit(ports, [ACME, LAKE])));
    expect(permits.filter((permit) => permit !== null)).toEqual([{ probing: [ACME] }]);
    await ports.clock.advance(PROBE_MS);
    expect(await requestPermit(ports, [ACME])).toEqual({ probing: [ACME] });
  });

  it("claims no probe if another breaker is open", async () => {
    const ports = await withBreakers([ACME, "half-open"], [LAKE, "open"]);
    expect(await requestPermit(ports, [ACME, LAKE])).toBeNull();
    expect(await requestPermit(ports, [ACME])).toEqual({ probing: [ACME] });
  });
});

describe("probes", () => {
  const namesOf = (breakers: readonly Breaker[]) => breakers.map(({ dependency }) => dependency.name);

  it("are claimed for the half-open breakers that are wanted, by one process", async () => {
    const ports = await withBreakers([ACME, "half-open"], [LAKE, "half-open"], [{ kind: "destination", name: "disk" }, "open"]);
    const isWanted = async ({ name }: Dependency) => name !== "lake";
    const claimed = await Promise.all([1, 2].map(() => claimProbes(ports, isWanted)));
    expect(claimed.map(namesOf)).toEqual([["acme"], []]);
  });

  it("that are returned can be claimed again at once", async () => {
    const ports = await withBreakers([ACME, "half-open"], [LAKE, "half-open"]);
    const claimed = await claimProbes(ports, async () => true);
    expect(await claimProbes(ports, async () => true)).toEqual([]);
    await returnProbes(ports, claimed.slice(0, 1));
    expect(namesOf(await claimProbes(ports, async () => true))).toEqual(namesOf(claimed.slice(0, 1)));
  });
});
