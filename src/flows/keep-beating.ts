import { SECOND_MS } from "../core/clock.ts";
import type { Role } from "../core/role.ts";
import type { Ports } from "./ports.ts";
import { type Sight, watchSight } from "./watch-sight.ts";

export const BEAT_MS = 5 * SECOND_MS;

/** A process that has not beaten for this long counts as gone. */
export const GONE_AFTER_MS = 3 * BEAT_MS;

type BeatPorts = Pick<Ports, "stores" | "queue" | "clock" | "notifier" | "emit">;

export interface Pulse {
  readonly processId: string;
  readonly roles: readonly Role[];
  readonly onFailure: (error: unknown) => void;
  /** Does what messages would have made us do, while the queue takes none. */
  readonly withoutQueue: (signal: AbortSignal) => Promise<void>;
}

/**
 * The pulse of one process: it says that it lives, and wakes the schedule and the sweep. Many processes may beat at once, because
 * a beat's message has the same id wherever it comes from. A beat that fails is only reported: the next one is soon.
 */
export async function keepBeating(ports: BeatPorts, pulse: Pulse, signal: AbortSignal): Promise<void> {
  const { processId, onFailure } = pulse;
  const sight = watchSight(ports);
  let byHand: Promise<void> | null = null;
  while (!signal.aborted) {
    await beat(ports, pulse, sight);
    const isHeard = await wake(ports, pulse);
    if (!isHeard) {
      byHand ??= pulse
        .withoutQueue(signal)
        .catch(onFailure)
        .finally(() => {
          byHand = null;
        });
    }
    await ports.clock.sleep(BEAT_MS, signal);
  }
  await byHand;
  await ports.stores.processes.remove(processId).catch(onFailure);
}

/** Every process says that it lives; those that sweep say it, too, when they cannot. */
async function beat({ stores, clock }: BeatPorts, { processId, roles, onFailure }: Pulse, sight: Sight): Promise<void> {
  try {
    await stores.processes.beat({ id: processId, roles, at: clock.now() });
    sight.saw();
  } catch (error) {
    onFailure(error);
    if (roles.includes("maintain")) await sight.sawNothing(error);
  }
}

/** `false`: the queue takes no messages. */
async function wake({ queue, clock }: BeatPorts, { roles, onFailure }: Pulse): Promise<boolean> {
  const beat = Math.floor(clock.now().getTime() / BEAT_MS);
  try {
    if (roles.includes("scheduler")) await queue.send({ queue: "schedule", beat });
    if (roles.includes("maintain")) await queue.send({ queue: "maintain", beat });
    return true;
  } catch (error) {
    onFailure(error);
    return false;
  }
}
