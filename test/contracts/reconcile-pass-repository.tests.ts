import { expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { NOW, after, atOnce, present } from "./seed.ts";

const HOURLY = { name: "hourly", everyMs: 3_600_000 };
const OFTEN = { name: "often", everyMs: 10_000 };

export function reconcilePassTests(given: () => Repositories): void {
  it("claims a pass that never ran before all others, and makes it due again after its interval", async () => {
    const { passes } = given();
    expect(await passes.claimDue([OFTEN], NOW)).toBe("often");
    expect(await passes.claimDue([OFTEN, HOURLY], after(10_000))).toBe("hourly");
    expect(await passes.claimDue([OFTEN, HOURLY], after(10_000))).toBe("often");
    expect(await passes.claimDue([OFTEN, HOURLY], after(19_999))).toBeNull();
    expect(await passes.claimDue([OFTEN, HOURLY], after(20_000))).toBe("often");
    expect(await passes.claimDue([HOURLY], after(3_609_999))).toBeNull();
    expect(await passes.claimDue([HOURLY], after(3_610_000))).toBe("hourly");
  });

  it("claims the most overdue pass first", async () => {
    const { passes } = given();
    expect(await passes.claimDue([HOURLY], NOW)).toBe("hourly");
    expect(await passes.claimDue([OFTEN], after(3_000_000))).toBe("often");
    expect(await passes.claimDue([HOURLY, OFTEN], after(4_000_000))).toBe("often");
    expect(await passes.claimDue([HOURLY, OFTEN], after(4_000_000))).toBe("hourly");
  });

  it.each([
    ["never ran", NOW],
    ["is due again", after(10_000)],
  ])("gives each of 12 passes that %s to exactly one of 16 processes, and none to the others", async (_when, now) => {
    const { passes } = given();
    const many = Array.from({ length: 12 }, (_, index) => ({ name: `pass-${index}`, everyMs: 10_000 }));
    const names = many.map(({ name }) => name).toSorted();
    if (now !== NOW) for (const _ of many) await passes.claimDue(many, NOW);
    const claimed = await atOnce(16, () => passes.claimDue(many, now));
    expect(present(claimed).toSorted()).toEqual(names);
  });

  it("finds another due pass for a process that another one was faster than", async () => {
    const many = Array.from({ length: 8 }, (_, index) => ({ name: `pass-${index}`, everyMs: 10_000 }));
    const claimed = await atOnce(8, () => given().passes.claimDue(many, NOW));
    expect(new Set(claimed)).toEqual(new Set(many.map(({ name }) => name)));
    expect(claimed).toHaveLength(many.length);
  });

  it("claims nothing when there are no passes", async () => {
    expect(await given().passes.claimDue([], NOW)).toBeNull();
  });
}
