import { beforeEach, expect, it } from "vitest";
import type { Stores } from "../../src/core/stores.ts";
import { buildConnection } from "../factories/build-export.ts";
import { NOW, after, seedConfiguration } from "./seed.ts";

export function connectionAndProcessTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));

  it("has no look planned at first, nor for a connection it does not know", async () => {
    expect(await given().connections.turn("acme")).toEqual({ nextLookAt: null, failedLooks: 0 });
    expect(await given().connections.turn("nothing")).toEqual({ nextLookAt: null, failedLooks: 0 });
  });

  it("remembers how the look went, through a sync as well", async () => {
    await given().connections.setTurn("acme", { nextLookAt: NOW, failedLooks: 3 });
    await seedConfiguration(given());
    expect(await given().connections.turn("acme")).toEqual({ nextLookAt: NOW, failedLooks: 3 });
    expect(await given().connections.turn("other")).toEqual({ nextLookAt: null, failedLooks: 0 });
  });

  it("refuses the turn of a connection that was never synced", async () => {
    await expect(given().connections.setTurn("nothing", { nextLookAt: NOW, failedLooks: 0 })).rejects.toThrow("connection nothing");
    expect(await given().connections.takeTurn("nothing", NOW, after(1))).toBe(false);
  });

  it("gives the turn to one of many lookers", async () => {
    await given().connections.setTurn("acme", { nextLookAt: NOW, failedLooks: 2 });
    const turns = await Promise.all(Array.from({ length: 10 }, () => given().connections.takeTurn("acme", NOW, after(30_000))));
    expect(turns.filter(Boolean)).toHaveLength(1);
    expect(await given().connections.turn("acme")).toEqual({ nextLookAt: after(30_000), failedLooks: 2 });
  });

  it("gives no turn before it is due", async () => {
    await given().connections.setTurn("acme", { nextLookAt: after(1), failedLooks: 0 });
    expect(await given().connections.takeTurn("acme", NOW, after(30_000))).toBe(false);
    expect(await given().connections.takeTurn("acme", after(1), after(30_000))).toBe(true);
  });

  it("gives the turn where no look is planned", async () => {
    expect(await given().connections.takeTurn("acme", NOW, after(30_000))).toBe(true);
    expect(await given().connections.takeTurn("acme", NOW, after(30_000))).toBe(false);
  });

  it("knows the roles of processes that have beaten lately", async () => {
    const { processes } = given();
    await processes.beat({ id: "one", roles: ["scheduler", "http"], at: NOW });
    await processes.beat({ id: "two", roles: ["archive"], at: after(10) });
    await processes.beat({ id: "gone", roles: ["watch"], at: after(10) });
    await processes.remove("gone");
    await processes.remove("never there");
    expect(await processes.rolesAliveSince(NOW)).toEqual(new Set(["scheduler", "http", "archive"]));
    expect(await processes.rolesAliveSince(after(1))).toEqual(new Set(["archive"]));
    await processes.beat({ id: "one", roles: ["scheduler"], at: after(20) });
    expect(await processes.rolesAliveSince(after(11))).toEqual(new Set(["scheduler"]));
    expect(await processes.rolesAliveSince(after(21))).toEqual(new Set());
  });

  it("gives a duty to one of many replicas, and again when it is due", async () => {
    const { duties } = given();
    const take = (now: Date): Promise<boolean> => duties.take("abort-stray-uploads lake", now, after(3_600_000, now));
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(NOW)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await take(after(3_599_999))).toBe(false);
    expect(await take(after(3_600_000))).toBe(true);
    expect(await take(after(3_600_001))).toBe(false);
    expect(await duties.take("another", NOW, after(1))).toBe(true);
  });

  it("counts logins refused in a row, by whichever replica, until one is accepted", async () => {
    const { connections } = given();
    expect(await connections.refusedLogins("acme")).toBe(0);
    const counts = await Promise.all([1, 2, 3].map(() => connections.recordLogin("acme", "refused")));
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
    expect(await connections.refusedLogins("acme")).toBe(3);
    expect(await connections.refusedLogins("other")).toBe(0);
    expect(await connections.recordLogin("acme", "accepted")).toBe(0);
    expect(await connections.refusedLogins("acme")).toBe(0);
    expect(await connections.refusedLogins("nothing")).toBe(0);
  });

  it("forgets refused logins when the connection logs in otherwise, and only then", async () => {
    const { connections, exports } = given();
    await connections.recordLogin("acme", "refused");
    await exports.sync([buildConnection({ maxConcurrentJobs: 9 })], []);
    expect(await connections.refusedLogins("acme")).toBe(1);
    await exports.sync([buildConnection({ loginVersion: "2" })], []);
    expect(await connections.refusedLogins("acme")).toBe(0);
  });
}
