import { expect, onTestFinished } from "vitest";
import type { Event } from "../../src/core/events/event.ts";
import { createFakeWfm, type FakeWfm, type FakeWfmOptions } from "../fakes/fake-wfm.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import { createNightLoop, type NightLoop, type NightLoopOptions } from "./night-loop.ts";

/** The whole program on fakes and a virtual clock. */
export interface Night extends NightLoop {
  readonly wfm: FakeWfm;
}

export interface NightOptions extends Omit<NightLoopOptions, "clock" | "openClient"> {
  readonly wfm?: Partial<FakeWfmOptions>;
  readonly start?: string;
  /** A unit of work is meant to throw. Without this, one that throws fails the test. */
  readonly mayThrow?: boolean;
}

export async function createNight({ wfm: wfmOptions, start, mayThrow = false, ...options }: NightOptions = {}): Promise<Night> {
  const clock = createManualClock(start);
  const wfm = createFakeWfm({ clock, ...wfmOptions });
  const night = await createNightLoop({ ...options, clock, openClient: () => wfm.client });
  if (!mayThrow) onTestFinished(() => expect(night.failures).toEqual([]));
  return { ...night, wfm };
}

export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** The events of one kind, in order. */
export function eventsNamed<E extends Event["event"]>({ events }: Pick<NightLoop, "events">, event: E): Extract<Event, { event: E }>[] {
  return events.filter((one): one is Extract<Event, { event: E }> => one.event === event);
}

/** Until a result waits to be archived again after a failed attempt. */
export async function untilReleased(night: NightLoop): Promise<void> {
  await night.until(async () => (await night.jobs()).some((job) => job.state === "ready" && job.failedAttempts > 0));
}
