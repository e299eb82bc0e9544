import { beforeEach, expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { NOW, after, atOnce, seedConfiguration } from "./seed.ts";

const FAR = new Date("2099-01-01T00:00:00.000Z");

export function exportTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const listDue = async (now = FAR, limit = 100) => await given().exports.listDue(now, limit);
  /** `undefined`: the export is never due. */
  const nextDueAt = async (name: string) => (await listDue()).find((due) => due.name === name)?.nextDueAt;
  const advance = (name: string, seen: Date | null, next: Date | null) => given().exports.claimScheduledTimes(name, seen, next, []);

  it("makes a new export due at once, because its first scheduled time is unknown", async () => {
    expect(await nextDueAt("schedules")).toBeNull();
    expect(await nextDueAt("nothing")).toBeUndefined();
  });

  it("keeps the due time when the configuration is stored again without another schedule", async () => {
    await advance("schedules", null, NOW);
    await given().exports.sync([buildConnection({ maxConcurrentJobs: 9 })], [buildExport({ destination: "disk" })]);
    expect(await nextDueAt("schedules")).toEqual(NOW);
  });

  it.each([
    ["cron expression", { cron: "0 5 * * *", timeZone: "America/Chicago" }],
    ["time zone", { cron: "30 1 * * *", timeZone: "UTC" }],
  ])("resets the due time when the %s of the schedule changes", async (_what, schedule) => {
    await advance("schedules", null, NOW);
    await given().exports.sync([buildConnection()], [buildExport({ schedule })]);
    expect(await nextDueAt("schedules")).toBeNull();
  });

  it("never makes an export without a schedule due", async () => {
    await advance("schedules", null, NOW);
    await given().exports.sync([buildConnection()], [buildExport({ schedule: null })]);
    expect(await nextDueAt("schedules")).toBeUndefined();
  });

  it("makes an export that was removed from the configuration not due, and keeps its history", async () => {
    await advance("schedules", null, NOW);
    const run = buildRun();
    await given().runs.create(run);
    await given().exports.sync([], []);
    expect(await nextDueAt("schedules")).toBeUndefined();
    expect(await advance("schedules", NOW, after(1))).toBe(false);
    expect(await advance("schedules", null, after(1))).toBe(false);
    expect((await given().runs.find(run.id))?.run).toEqual(run);
    await seedConfiguration(given());
    expect(await nextDueAt("schedules")).toBeNull();
    expect(await advance("schedules", null, NOW)).toBe(true);
  });

  it("stores the configuration of many processes that start at once", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `export-${index}`);
    const connections = ["a", "b", "c"].map((name) => buildConnection({ name }));
    const exports = names.map((name) => buildExport({ name, connection: "b" }));
    await atOnce(8, (index) =>
      index % 2 === 0 ? given().exports.sync(connections, exports) : given().exports.sync(connections.toReversed(), exports.toReversed()),
    );
    expect((await listDue()).map(({ name }) => name)).toEqual(names.toSorted());
  });

  it("refuses an export whose connection is not configured", async () => {
    await expect(given().exports.sync([], [buildExport({ connection: "nothing" })])).rejects.toThrow("exports_connection_fkey");
  });

  it("lists due exports with the most overdue first, and before them those without a computed time", async () => {
    const names = ["d", "c", "b", "a"];
    await seedConfiguration(
      given(),
      names.map((name) => buildExport({ name })),
    );
    await advance("schedules", null, after(5));
    await advance("agents", null, after(-1));
    await advance("d", null, NOW);
    await advance("b", null, NOW);
    const inOrder = [
      { name: "a", nextDueAt: null },
      { name: "c", nextDueAt: null },
      { name: "agents", nextDueAt: after(-1) },
      { name: "b", nextDueAt: NOW },
      { name: "d", nextDueAt: NOW },
    ];
    expect(await listDue(NOW)).toEqual(inOrder);
    expect(await listDue(NOW, 3)).toEqual(inOrder.slice(0, 3));
    expect(await listDue(after(5))).toEqual([...inOrder, { name: "schedules", nextDueAt: after(5) }]);
  });

  it("advances an export only from the time that was seen", async () => {
    expect(await advance("schedules", null, NOW)).toBe(true);
    expect(await advance("schedules", null, after(1))).toBe(false);
    expect(await advance("schedules", after(1), after(2))).toBe(false);
    expect(await advance("schedules", NOW, null)).toBe(true);
    expect(await advance("nothing", null, NOW)).toBe(false);
    expect(await nextDueAt("schedules")).toBeNull();
  });

  it("serves scheduled times exactly once when eight processes claim them at once", async () => {
    const { exports, runs } = given();
    await advance("schedules", null, NOW);
    const offered = Array.from({ length: 8 }, () => [buildRun(), buildRun({ generation: 1, scheduledAt: after(1) })]);
    const claims = await atOnce(8, (index) => exports.claimScheduledTimes("schedules", NOW, after(86_400_000), offered[index]!));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const stored = (await runs.list({ limit: 20 })).map(({ run }) => run);
    expect(stored).toHaveLength(2);
    expect(stored).toEqual(expect.arrayContaining(offered[claims.indexOf(true)]!));
    expect(await nextDueAt("schedules")).toEqual(after(86_400_000));
  });

  it("leaves runs of the same interval and generation as they are when it claims their time", async () => {
    const { exports, runs } = given();
    const existing = buildRun({ trigger: "manual" });
    const next = buildRun({ interval: buildInterval("2026-11-23") });
    await runs.create(existing);
    await advance("schedules", null, NOW);
    expect(await exports.claimScheduledTimes("schedules", NOW, null, [buildRun(), next])).toBe(true);
    const stored = (await runs.list({ limit: 10 })).map(({ run }) => run);
    expect(stored).toHaveLength(2);
    expect(stored).toEqual(expect.arrayContaining([existing, next]));
  });

  it("creates no run when another process advanced the export first", async () => {
    expect(await given().exports.claimScheduledTimes("schedules", NOW, null, [buildRun()])).toBe(false);
    expect(await given().runs.list({ limit: 10 })).toEqual([]);
  });

  it.each([
    ["exporter", { exporter: "agent-info" }],
    ["connection", { connection: "other" }],
  ])("keeps what was learned about an export's size until its %s changes", async (_what, change) => {
    const { exports } = given();
    const connections = [buildConnection(), buildConnection({ name: "other" })];
    expect(await exports.size("schedules")).toEqual({ fitting: null, tooLarge: null });
    await exports.setSize("schedules", { fitting: 80, tooLarge: 320 });
    await exports.sync(connections, [buildExport({ destination: "disk" })]);
    expect(await exports.size("schedules")).toEqual({ fitting: 80, tooLarge: 320 });
    await exports.sync(connections, [buildExport(change)]);
    expect(await exports.size("schedules")).toEqual({ fitting: null, tooLarge: null });
    expect(await exports.size("nothing")).toEqual({ fitting: null, tooLarge: null });
  });
}
