import { type Alarm, type News, alarmId, describeNews } from "../core/alarm.ts";
import type { Ports } from "./ports.ts";

/** Keeps news for people until they were told, each once, whoever raises it. */
export async function raiseAlarms({ stores, clock, emit }: Pick<Ports, "stores" | "clock" | "emit">, news: readonly News[]): Promise<void> {
  if (news.length === 0) return;
  const raisedAt = clock.now();
  const alarms = news.map((one): Alarm => ({ id: alarmId(one), news: one, raisedAt }));
  for (const alarm of await stores.alarms.raise(alarms)) {
    emit({ event: "alarm.raised", news: alarm.news, text: describeNews(alarm.news, raisedAt) });
  }
}
