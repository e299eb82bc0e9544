import { expect, it } from "vitest";
import type { Breaker } from "../../src/core/breakers/circuit-breaker.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { NOW, after, atOnce, connectionNamed, destinationNamed } from "./seed.ts";

const LAKE = destinationNamed("lake");

function buildBreaker(overrides: Partial<Breaker> = {}): Breaker {
  const lastFailure = { reason: "storage-unreachable", target: "s3://lake", detail: "ECONNREFUSED" } as const;
  return { dependency: LAKE, since: NOW, failures: 1, retryAt: after(5000), lastFailure, ...overrides };
}

export function breakerTests(given: () => Repositories): void {
  it("has only closed breakers at first", async () => {
    expect(await given().breakers.list()).toEqual([]);
    expect(await given().breakers.claimProbe(LAKE, NOW, after(1))).toBe(false);
    expect(await given().breakers.close(LAKE)).toBe(false);
  });

  it("says which failure opened a breaker, and keeps that instant when it fails again", async () => {
    const { breakers } = given();
    expect(await breakers.put(buildBreaker())).toBe(true);
    expect(await breakers.put(buildBreaker({ since: after(9000), failures: 2, retryAt: after(20_000) }))).toBe(false);
    expect(await breakers.list()).toEqual([buildBreaker({ failures: 2, retryAt: after(20_000) })]);
  });

  it("reports a breaker as opened by one of 16 processes", async () => {
    const opened = await atOnce(16, () => given().breakers.put(buildBreaker()));
    expect(opened.filter(Boolean)).toHaveLength(1);
  });

  it("distinguishes a connection from a destination of the same name", async () => {
    const { breakers } = given();
    await breakers.put(buildBreaker());
    await breakers.put(buildBreaker({ dependency: connectionNamed("lake") }));
    expect(await breakers.close(LAKE)).toBe(true);
    expect((await breakers.list()).map(({ dependency }) => dependency)).toEqual([connectionNamed("lake")]);
  });

  it("lets one of 16 processes probe a half-open dependency, and none while it is open", async () => {
    const { breakers } = given();
    await breakers.put(buildBreaker());
    expect(await breakers.claimProbe(LAKE, after(4999), after(60_000))).toBe(false);
    const claims = await atOnce(16, () => breakers.claimProbe(LAKE, after(5000), after(60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await breakers.claimProbe(LAKE, after(60_000), after(120_000))).toBe(true);
  });

  it("closes a breaker once, however many processes close it", async () => {
    await given().breakers.put(buildBreaker());
    const closed = await atOnce(8, () => given().breakers.close(LAKE));
    expect(closed.filter(Boolean)).toHaveLength(1);
    expect(await given().breakers.list()).toEqual([]);
  });
}
