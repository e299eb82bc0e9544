import { expect, it } from "vitest";
import { type Alarm, type News, alarmId } from "../../src/core/alarm.ts";
import type { Stores } from "../../src/core/stores.ts";
import { NOW, after } from "./seed.ts";

const SUBJECT = { connection: "acme", vendorJobId: "9b2fe7bb", exportName: "schedules", from: "2026-11-22", to: "2026-11-22", runId: "r" };

const NEWS: readonly News[] = [
  { kind: "result-in-danger", level: 80, deadline: after(1000), ...SUBJECT },
  { kind: "result-lost", deadline: NOW, detail: "gone", ...SUBJECT },
  { kind: "orphan-found", connection: "acme", vendorJobId: "9b2fe7bb", deadline: NOW },
  { kind: "orphan-gone", connection: "acme", vendorJobId: "9b2fe7bb", detail: "gone" },
  { kind: "connection-stopped", connection: "acme", since: NOW, detail: "refused" },
];

const toAlarm = (news: News, raisedAt = NOW): Alarm => ({ id: alarmId(news), news, raisedAt });

export function alarmTests(given: () => Stores): void {
  it("keeps every kind of news until it was told, oldest first", async () => {
    const { alarms } = given();
    const raised = NEWS.map((news, index) => toAlarm(news, after(index)));
    expect(await alarms.raise(raised.toReversed())).toHaveLength(NEWS.length);
    expect(await alarms.listUntold(NOW, 10)).toEqual(raised.map((alarm) => ({ ...alarm, attempt: 0 })));
    for (const { id } of raised) await alarms.markTold(id, NOW);
    expect(await alarms.listUntold(NOW, 10)).toEqual([]);
  });

  it("takes news once, whoever raises it, told or not", async () => {
    const { alarms } = given();
    const alarm = toAlarm(NEWS[0]!);
    const raised = await Promise.all(Array.from({ length: 5 }, () => alarms.raise([alarm, alarm])));
    expect(raised.flat()).toHaveLength(1);
    await alarms.markTold(alarm.id, NOW);
    expect(await alarms.raise([alarm])).toEqual([]);
  });

  it("waits with what could not be told", async () => {
    const { alarms } = given();
    const alarm = toAlarm(NEWS[0]!);
    await alarms.raise([alarm]);
    await alarms.postpone(alarm.id, 1, after(10_000));
    expect(await alarms.listUntold(after(9999), 10)).toEqual([]);
    expect(await alarms.listUntold(after(10_000), 10)).toEqual([{ ...alarm, attempt: 1 }]);
  });
}
