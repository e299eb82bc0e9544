import { beforeEach, expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildConnection } from "../factories/build-export.ts";
import { NOW, after, atOnce, present, seedConfiguration, seedJob } from "./seed.ts";

export function connectionTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const claimPoll = (now = NOW, connection: string | null = null) =>
    given().connections.claimPoll({ connection, now, until: after(30_000, now) });
  const plan = (connection: string, nextPollAt: Date | null, failedPolls = 0) =>
    given().connections.setPollState(connection, { nextPollAt, failedPolls });

  it("has no poll planned at first", async () => {
    expect(await claimPoll()).toBeNull();
    expect(await claimPoll(NOW, "acme")).toBeNull();
    expect(await claimPoll(NOW, "nothing")).toBeNull();
  });

  it("claims the most overdue connection first, and none before its time", async () => {
    await plan("other", after(-1), 3);
    await plan("acme", NOW);
    expect(await claimPoll(after(-2))).toBeNull();
    expect(await claimPoll()).toEqual({ connection: "other", failedPolls: 3 });
    expect(await claimPoll()).toEqual({ connection: "acme", failedPolls: 0 });
    expect(await claimPoll()).toBeNull();
  });

  it("claims the connection that is named, if it is due", async () => {
    await plan("other", after(-1));
    await plan("acme", NOW, 1);
    expect(await claimPoll(NOW, "acme")).toEqual({ connection: "acme", failedPolls: 1 });
    expect(await claimPoll(NOW, "acme")).toBeNull();
    expect(await claimPoll(NOW, "other")).toEqual({ connection: "other", failedPolls: 0 });
  });

  it("lets one of 16 processes poll a connection, and another one when the claim has expired", async () => {
    await plan("acme", NOW, 2);
    expect(present(await atOnce(16, () => claimPoll()))).toEqual([{ connection: "acme", failedPolls: 2 }]);
    expect(await claimPoll(after(29_999))).toBeNull();
    expect(await claimPoll(after(30_000))).toEqual({ connection: "acme", failedPolls: 2 });
  });

  it("keeps the planned poll when the configuration is stored again", async () => {
    await plan("acme", after(5), 3);
    await seedConfiguration(given());
    expect(await claimPoll(after(4))).toBeNull();
    expect(await claimPoll(after(5))).toEqual({ connection: "acme", failedPolls: 3 });
  });

  it("refuses to plan a poll of a connection that is not stored", async () => {
    await expect(plan("nothing", NOW)).rejects.toThrow("the tables have no connection nothing");
    expect(await given().connections.pollBy("nothing", NOW)).toBe(false);
  });

  it("moves the next poll forward, and never back", async () => {
    const { connections } = given();
    expect(await connections.pollBy("acme", after(10))).toBe(true);
    expect(await connections.pollBy("acme", after(10))).toBe(false);
    expect(await connections.pollBy("acme", after(11))).toBe(false);
    expect(await connections.pollBy("acme", after(5))).toBe(true);
    expect(await claimPoll(after(4))).toBeNull();
    expect(await claimPoll(after(5))).toMatchObject({ connection: "acme" });
  });

  it("plans a poll of the connections that are named or have jobs in flight, if none is planned", async () => {
    const names = ["acme", "other", "busy", "idle", "planned"];
    await given().exports.sync(
      names.map((name) => buildConnection({ name })),
      [],
    );
    await seedConfiguration(given());
    for (const state of ["waiting", "running"] as const) await seedJob(given(), state, { connection: "busy" });
    await seedJob(given(), "submitting", { connection: "other" });
    for (const state of ["pending", "ready", "archived"] as const) await seedJob(given(), state, { connection: "idle" });
    await plan("planned", after(60_000));
    await given().connections.planMissingPolls(["acme", "planned", "nothing"], NOW);
    const claimed = await atOnce(5, () => claimPoll());
    expect(new Set(present(claimed).map(({ connection }) => connection))).toEqual(new Set(["acme", "other", "busy"]));
    await given().connections.planMissingPolls([], NOW);
    expect(await claimPoll()).toBeNull();
    expect(await claimPoll(after(60_000), "planned")).toMatchObject({ connection: "planned" });
  });

  it("counts refused logins in a row over all processes, until one is accepted", async () => {
    const { connections } = given();
    expect(await connections.refusedLogins("acme")).toBe(0);
    const counts = await atOnce(3, () => connections.recordLogin("acme", "refused"));
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
    expect(await connections.refusedLogins("acme")).toBe(3);
    expect(await connections.refusedLogins("other")).toBe(0);
    expect(await connections.recordLogin("acme", "accepted")).toBe(0);
    expect(await connections.refusedLogins("acme")).toBe(0);
    expect(await connections.refusedLogins("nothing")).toBe(0);
  });

  it("resets refused logins when the settings of the login change, and only then", async () => {
    const { connections, exports } = given();
    await connections.recordLogin("acme", "refused");
    await exports.sync([buildConnection({ maxConcurrentJobs: 9 })], []);
    expect(await connections.refusedLogins("acme")).toBe(1);
    await exports.sync([buildConnection({ loginVersion: "2" })], []);
    expect(await connections.refusedLogins("acme")).toBe(0);
  });
}
