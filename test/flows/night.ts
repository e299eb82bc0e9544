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
}

export async function createNight({ wfm: wfmOptions, start, ...options }: NightOptions = {}): Promise<Night> {
  const clock = createManualClock(start);
  const wfm = createFakeWfm({ clock, ...wfmOptions });
  return { ...(await createNightLoop({ ...options, clock, openClient: () => wfm.client })), wfm };
}

export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
