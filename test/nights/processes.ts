import { MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import { ROLES, WORK_ROLES, type WorkRole } from "../../src/core/base/role.ts";
import { keepHeartbeat } from "../../src/flows/runtime/heartbeat.ts";
import { type RoleLoop, createRoleLoop } from "../../src/flows/runtime/role-loop.ts";
import { createWork } from "../../src/flows/runtime/work.ts";
import type { Ports } from "../../src/flows/ports/ports.ts";
import type { SimulatedWakeUps } from "./simulated-wake-ups.ts";
import type { Life, World } from "./world.ts";

export interface ProcessesOptions {
  readonly replicas: number;
  /** How much longer than usual poll intervals and heartbeats are, so that a night of hours stays fast. */
  readonly stretch: number;
  /** Only orphans are still to be handled. */
  readonly isQuiet: () => boolean;
  readonly wakeUps: SimulatedWakeUps;
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
  /** No process of ours runs, and nothing starts again until `startAll`. */
  endAll(): void;
  /** One of them is asked to stop, and is given ten seconds. */
  stopOne(): void;
}

const GRACE_MS = 10 * SECOND_MS;
const CONCURRENCY: Readonly<Record<WorkRole, number>> = { schedule: 1, submit: 4, poll: 8, archive: 3, reconcile: 1 };

export function createProcesses(
  world: World,
  { replicas, stretch, isQuiet, wakeUps, portsOf, prepare, onDeath, onStillborn }: ProcessesOptions,
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
    const waiting = { ...ports, clock: { ...ports.clock, sleep: stretchedSleep(life) } };
    const work = createWork(ports);
    const loopOf = (role: WorkRole) => createRoleLoop(waiting, { role, work: work[role], concurrency: CONCURRENCY[role] });
    const loops = Object.fromEntries(WORK_ROLES.map((role) => [role, loopOf(role)])) as Record<WorkRole, RoleLoop>;
    wakeUps.join({ life, loops });
    const { signal } = life.stopping;
    const heartbeat = keepHeartbeat(waiting, { processId: life.name, roles: ROLES, onFailure: () => undefined }, signal);
    await Promise.all([heartbeat, ...WORK_ROLES.map((role) => loops[role].run(signal))]);
  };

  /** A poll interval of five seconds is too fast for a night of hours: it is stretched, the more the longer the night lasts. */
  const stretchedSleep = (life: Life) => (ms: number, signal?: AbortSignal) => {
    const plan = world.plan();
    const hours = plan ? (world.now() - plan.from) / (60 * MINUTE_MS) : 0;
    return world.sleep(life, ms * (hours > 2 || isQuiet() ? 60 : hours > 1 ? 12 : stretch), signal);
  };

  world.onKill = (life) => {
    wakeUps.leave(life);
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
