import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import { WORK_ROLES, type WorkRole } from "../../src/core/base/role.ts";
import type { WakeUp } from "../../src/core/ports/wake-up.ts";
import type { RoleLoop } from "../../src/flows/runtime/role-loop.ts";
import type { Life, World } from "./world.ts";

/** A process that receives wake-ups. */
export interface Receiver {
  readonly life: Life;
  readonly loops: Readonly<Record<WorkRole, RoleLoop>>;
}

/** One queue for all processes. It delivers late, twice, never, and again when a receiver died, as BullMQ does. */
export interface SimulatedWakeUps {
  send(wakeUps: readonly WakeUp[], delayMs: number): void;
  join(receiver: Receiver): void;
  /** The wake-ups that a dead receiver was handling are delivered again some time later. */
  leave(life: Life): void;
  flush(): void;
}

interface Entry {
  readonly wakeUp: WakeUp;
  dueAt: number;
  handledBy: Life | null;
}

const CONCURRENCY: Readonly<Record<WorkRole, number>> = { schedule: 1, submit: 4, poll: 8, archive: 3, reconcile: 1 };

type BusyReceiver = Receiver & { readonly busy: Record<WorkRole, number> };

export function createSimulatedWakeUps(world: World): SimulatedWakeUps {
  const queues = new Map<WorkRole, Set<Entry>>(WORK_ROLES.map((role) => [role, new Set<Entry>()]));
  const receivers = new Map<Life, BusyReceiver>();
  const { random } = world;
  const entriesOf = (role: WorkRole): Set<Entry> => queues.get(role) ?? new Set<Entry>();
  const rates = () => {
    const plan = world.plan();
    return plan && world.now() < plan.until ? plan.wakeUps : null;
  };

  const deliver = (role: WorkRole): void => {
    while (!world.isOut("queue")) {
      const free = [...receivers.values()].filter(({ life, busy }) => life.isAlive && busy[role] < CONCURRENCY[role]);
      const [first, ...others] = free;
      const entry = first ? firstDue(entriesOf(role), world.now()) : null;
      if (!first || !entry) return;
      handle(role, entry, random.pick([first, ...others]));
    }
  };

  const handle = (role: WorkRole, entry: Entry, receiver: BusyReceiver): void => {
    const { drop, duplicate } = rates() ?? { drop: 0, duplicate: 0 };
    if (random.chance(drop)) {
      world.count("wake-up dropped");
      entriesOf(role).delete(entry);
      return;
    }
    entry.handledBy = receiver.life;
    receiver.busy[role] += 1;
    wake(receiver, entry.wakeUp, () => {
      receiver.busy[role] -= 1;
      entriesOf(role).delete(entry);
      deliver(role);
    });
    const second = random.chance(duplicate) ? [...receivers.values()].findLast(({ life }) => life.isAlive) : undefined;
    if (!second) return;
    world.count("wake-up delivered twice");
    world.after(random.between(0, 5 * SECOND_MS), () => wake(second, entry.wakeUp, () => undefined));
  };

  const wake = ({ life, loops }: Receiver, { role, id }: WakeUp, done: () => void): void => {
    if (!life.isAlive) return;
    world.trace.note({ at: world.now(), who: life.name, what: `> ${role}`, outcome: "" });
    void loops[role].wake(id).finally(() => {
      if (life.isAlive) done();
    });
  };

  return {
    send: (wakeUps, delayMs) => {
      for (const wakeUp of wakeUps) {
        const isLate = random.chance(rates()?.late ?? 0);
        if (isLate) world.count("wake-up late");
        const dueAt = world.now() + delayMs + (isLate ? random.magnitude(SECOND_MS, HOUR_MS / 2) : random.between(1, 20));
        entriesOf(wakeUp.role).add({ wakeUp, dueAt, handledBy: null });
        world.at(dueAt, () => deliver(wakeUp.role));
      }
    },
    join: (receiver) => {
      receivers.set(receiver.life, { ...receiver, busy: { schedule: 0, submit: 0, poll: 0, archive: 0, reconcile: 0 } });
      for (const role of WORK_ROLES) world.at(world.now() + 1, () => deliver(role));
    },
    leave: (life) => {
      receivers.delete(life);
      for (const [role, entries] of queues) {
        for (const entry of [...entries].filter(({ handledBy }) => handledBy === life)) {
          entry.handledBy = null;
          entry.dueAt = world.now() + random.between(10 * SECOND_MS, MINUTE_MS);
          world.at(entry.dueAt, () => deliver(role));
        }
      }
    },
    flush: () => {
      world.count("queue flushed");
      for (const entries of queues.values()) entries.clear();
    },
  };
}

function firstDue(entries: ReadonlySet<Entry>, now: number): Entry | null {
  let first: Entry | null = null;
  for (const entry of entries) {
    if (entry.handledBy === null && entry.dueAt <= now && (first === null || entry.dueAt < first.dueAt)) first = entry;
  }
  return first;
}
