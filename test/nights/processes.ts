import { MINUTE_MS, SECOND_MS } from "../../src/core/clock.ts";
import { deliverByHand } from "../../src/flows/deliver-by-hand.ts";
import { createHandlers } from "../../src/flows/handlers.ts";
import { keepBeating } from "../../src/flows/keep-beating.ts";
import type { MessageQueue } from "../../src/core/message.ts";
import type { Ports } from "../../src/flows/ports.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import type { Life, World } from "./world.ts";

export interface ProcessesOptions {
  readonly replicas: number;
  /** How many of its beats wake the schedule, and how much rarer than usual all of them are. */
  readonly scheduleShare: number;
  readonly beatStretch: number;
  /** Only what nobody asked for is still to be done. */
  readonly isQuiet: () => boolean;
  readonly queue: SimulatedQueue;
  /** Everything that one life of a process reaches. */
  readonly portsOf: (life: Life) => Ports;
  /** What a process does before it works: it makes the tables know the configuration. */
  readonly prepare: (ports: Ports) => Promise<void>;
  readonly onDeath: (life: Life) => void;
  /** Told when a process ends because it cannot use the tables: its supervisor sees it, too. */
  readonly onStillborn: () => void;
}

/** Replicas that die and come again. */
export interface Processes {
  startAll(): void;
  /** All of them die at once, and come again when they can. */
  killAll(why: string): void;
  /** Nothing of ours runs any more, and nothing starts again until `startAll`. */
  endAll(): void;
  /** One of them is asked to stop, and is given ten seconds. */
  stopOne(): void;
}

const GRACE_MS = 10 * SECOND_MS;
const ROLES = ["scheduler", "submit", "watch", "archive", "maintain"] as const;

export function createProcesses(
  world: World,
  { replicas, scheduleShare, beatStretch, isQuiet, queue, portsOf, prepare, onDeath, onStillborn }: ProcessesOptions,
): Processes {
  const places: (Life | null)[] = Array.from({ length: replicas }, () => null);
  const { random } = world;
  let started = 0;
  let mayRun = false;

  const start = (place: number): void => {
    if (!mayRun || places[place]?.isAlive) return;
    if (world.isOut("processes")) return world.after(MINUTE_MS, () => start(place));
    started += 1;
    const life: Life = {
      name: `p${place + 1}.${started}`,
      isAlive: true,
      diedAt: Infinity,
      frozenUntil: 0,
      skewMs: Math.round(random.between(-300, 300)),
      stopping: new AbortController(),
    };
    places[place] = life;
    void live(life).catch(() => {
      onStillborn();
      world.kill(life, "could not start");
    });
  };

  const live = async (life: Life): Promise<void> => {
    const ports = portsOf(life);
    await prepare(ports);
    queue.join({ life, handlers: createHandlers(ports) });
    const beating = { ...ports, queue: sparing(ports.queue), clock: { ...ports.clock, sleep: beatSleep(life) } };
    const withoutQueue = (signal: AbortSignal) => deliverByHand(ports, signal);
    const pulse = { processId: life.name, roles: ROLES, onFailure: () => undefined, withoutQueue };
    await keepBeating(beating, pulse, life.stopping.signal);
  };

  /** A beat of five seconds for a night of hours is a luxury: it is stretched, the more the longer nothing has come of it. */
  const beatSleep = (life: Life) => (ms: number, signal?: AbortSignal) => {
    const plan = world.plan();
    const hours = plan ? (world.now() - plan.from) / (60 * MINUTE_MS) : 0;
    return world.sleep(life, ms * (hours > 2 || isQuiet() ? 60 : hours > 1 ? 12 : beatStretch), signal);
  };

  /** Every look for due slots asks for each export: with many of them most looks are left out. */
  const sparing = (inner: MessageQueue): MessageQueue => ({
    send: async (message, options) => {
      if (message.queue === "schedule" && !random.chance(scheduleShare)) return;
      await inner.send(message, options);
    },
    sendAll: (messages) => inner.sendAll(messages),
  });

  world.onKill = (life) => {
    queue.leave(life);
    onDeath(life);
    const place = places.indexOf(life);
    if (place !== -1 && mayRun) world.after(random.magnitude(SECOND_MS, 10 * MINUTE_MS), () => start(place));
  };

  const killAll = (why: string): void => {
    for (const life of places) if (life?.isAlive) world.kill(life, why);
  };

  return {
    startAll: () => {
      mayRun = true;
      for (const place of places.keys()) start(place);
    },
    killAll,
    endAll: () => {
      mayRun = false;
      killAll("the night is over");
    },
    stopOne: () => {
      const life = places.find((one) => one?.isAlive);
      if (!life) return;
      world.count("process stopped");
      life.stopping.abort();
      world.after(GRACE_MS, () => world.kill(life, "its time to stop is up"));
    },
  };
}
