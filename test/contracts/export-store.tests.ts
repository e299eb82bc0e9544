import { beforeEach, expect, it } from "vitest";
import type { Stores } from "../../src/core/stores.ts";
import { buildConnection, buildExport } from "../factories/build-export.ts";
import { buildInterval, buildRun } from "../factories/build-run.ts";
import { NOW, after, seedConfiguration } from "./seed.ts";

export function exportTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));

  it("knows an export after a sync, with no slot due", async () => {
    expect(await given().exports.due("schedules")).toEqual({ name: "schedules", nextDueAt: null });
    expect(await given().exports.due("nothing")).toBeNull();
  });

  it("keeps the due slot through a sync that changes nothing about the schedule", async () => {
    await given().exports.advance("schedules", null, NOW);
    await given().exports.sync([buildConnection({ maxConcurrentJobs: 9 })], [buildExport({ destination: "disk" })]);
    expect(await given().exports.due("schedules")).toEqual({ name: "schedules", nextDueAt: NOW });
  });

  it("forgets a due slot that belongs to another schedule", async () => {
    await given().exports.advance("schedules", null, NOW);
    await given().exports.sync([buildConnection()], [buildExport({ schedule: { cron: "0 5 * * *", timeZone: "America/Chicago" } })]);
    expect((await given().exports.due("schedules"))?.nextDueAt).toBeNull();
    await given().exports.advance("schedules", null, NOW);
    await given().exports.sync([buildConnection()], [buildExport({ schedule: null })]);
    expect((await given().exports.due("schedules"))?.nextDueAt).toBeNull();
  });

  it("makes an export that is gone from the configuration not due, and keeps its history", async () => {
    await given().exports.advance("schedules", null, NOW);
    const run = buildRun();
    await given().runs.create(run);
    await given().exports.sync([], []);
    expect(await given().exports.due("schedules")).toEqual({ name: "schedules", nextDueAt: null });
    expect(await given().exports.advance("schedules", null, NOW)).toBe(false);
    expect((await given().runs.find(run.id))?.run).toEqual(run);
    await seedConfiguration(given());
    expect(await given().exports.advance("schedules", null, NOW)).toBe(true);
  });

  it("lets many processes sync at once", async () => {
    const connections = ["a", "b", "c"].map((name) => buildConnection({ name }));
    const exports = ["x", "y", "z"].map((name) => buildExport({ name, connection: "b" }));
    const orders = [connections, connections.toReversed(), connections, connections.toReversed()];
    await Promise.all(orders.map((order) => given().exports.sync(order, exports)));
    expect(await given().exports.due("z")).toEqual({ name: "z", nextDueAt: null });
  });

  it("advances only from the slot that was seen", async () => {
    const { exports } = given();
    expect(await exports.advance("schedules", null, NOW)).toBe(true);
    expect(await exports.advance("schedules", null, after(1))).toBe(false);
    expect(await exports.advance("schedules", after(1), after(2))).toBe(false);
    expect(await exports.advance("schedules", NOW, null)).toBe(true);
    expect(await exports.advance("nothing", null, NOW)).toBe(false);
    expect((await exports.due("schedules"))?.nextDueAt).toBeNull();
  });

  it("claims slots once, however many processes try", async () => {
    const { exports, runs } = given();
    await exports.advance("schedules", null, NOW);
    const claims = await Promise.all(
      Array.from({ length: 10 }, () => exports.claimSlots("schedules", NOW, after(86_400_000), [buildRun(), buildRun({ generation: 1 })])),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await runs.list({ limit: 10 })).toHaveLength(2);
    expect((await exports.due("schedules"))?.nextDueAt).toEqual(after(86_400_000));
  });

  it("leaves runs that exist already as they are when it claims their slot", async () => {
    const { exports, runs } = given();
    const existing = buildRun({ trigger: "manual" });
    const next = buildRun({ interval: buildInterval("2026-11-23") });
    await runs.create(existing);
    await exports.advance("schedules", null, NOW);
    expect(await exports.claimSlots("schedules", NOW, null, [buildRun(), next])).toBe(true);
    const stored = (await runs.list({ limit: 10 })).map(({ run }) => run);
    expect(stored).toHaveLength(2);
    expect(stored).toEqual(expect.arrayContaining([existing, next]));
  });

  it("creates no run when the slots were claimed before", async () => {
    expect(await given().exports.claimSlots("schedules", NOW, null, [buildRun()])).toBe(false);
    expect(await given().runs.list({ limit: 10 })).toEqual([]);
  });

  it("remembers what was learned about an export's size, until it is another exporter's", async () => {
    const { exports } = given();
    expect(await exports.size("schedules")).toEqual({ fitting: null, tooLarge: null });
    await exports.setSize("schedules", { fitting: 80, tooLarge: 320 });
    await exports.sync([buildConnection()], [buildExport({ destination: "disk" })]);
    expect(await exports.size("schedules")).toEqual({ fitting: 80, tooLarge: 320 });
    await exports.sync([buildConnection()], [buildExport({ exporter: "agent-info" })]);
    expect(await exports.size("schedules")).toEqual({ fitting: null, tooLarge: null });
    expect(await exports.size("nothing")).toEqual({ fitting: null, tooLarge: null });
  });
}
