import { expect, it } from "vitest";
import type { Outage, System } from "../../src/core/outage.ts";
import type { Stores } from "../../src/core/stores.ts";
import { NOW, after } from "./seed.ts";

const LAKE: System = { kind: "destination", name: "lake" };

function buildOutage(overrides: Partial<Outage> = {}): Outage {
  const lastFailure = { reason: "storage-unreachable", target: "s3://lake", detail: "ECONNREFUSED" } as const;
  return { system: LAKE, since: NOW, failures: 1, retryAt: after(5000), lastFailure, ...overrides };
}

export function outageTests(given: () => Stores): void {
  it("knows no outage at first", async () => {
    expect(await given().outages.list()).toEqual([]);
    expect(await given().outages.claimProbe(LAKE, NOW, after(1))).toBe(false);
    expect(await given().outages.end(LAKE)).toBe(false);
  });

  it("keeps the begin of an outage that goes on, and tells the first from the others", async () => {
    const { outages } = given();
    expect(await outages.put(buildOutage())).toBe(true);
    expect(await outages.put(buildOutage({ since: after(9000), failures: 2, retryAt: after(20_000) }))).toBe(false);
    expect(await outages.list()).toEqual([buildOutage({ failures: 2, retryAt: after(20_000) })]);
  });

  it("keeps a connection apart from a destination of the same name", async () => {
    const { outages } = given();
    await outages.put(buildOutage());
    await outages.put(buildOutage({ system: { kind: "connection", name: "lake" } }));
    expect(await outages.end(LAKE)).toBe(true);
    expect((await outages.list()).map(({ system }) => system)).toEqual([{ kind: "connection", name: "lake" }]);
  });

  it("lets one of many ask for all, and only when it is time", async () => {
    const { outages } = given();
    await outages.put(buildOutage());
    expect(await outages.claimProbe(LAKE, after(4999), after(60_000))).toBe(false);
    const claims = await Promise.all(Array.from({ length: 10 }, () => outages.claimProbe(LAKE, after(5000), after(60_000))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await outages.claimProbe(LAKE, after(60_000), after(120_000))).toBe(true);
  });
}
