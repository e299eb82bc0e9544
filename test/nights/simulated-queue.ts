import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/clock.ts";
import { type Message, messageId, type QueueName, QUEUES } from "../../src/core/message.ts";
import type { Handlers } from "../../src/flows/handlers.ts";
import type { Life, World } from "./world.ts";

type Handle = (message: Message, signal: AbortSignal) => Promise<void>;

/** A process that reads the queue. */
export interface Reader {
  readonly life: Life;
  readonly handlers: Handlers;
}

/** One queue for all processes: it delivers late, twice, never, and again when a reader died, as BullMQ does. */
export interface SimulatedQueue {
  send(message: Message, delayMs: number): void;
  join(reader: Reader): void;
  /** What a dead reader had in its hands is delivered again, some time later. */
  leave(life: Life): void;
  flush(): void;
  /** Messages that wait or are being worked on. */
  size(): number;
}

interface Entry {
  readonly id: string;
  readonly message: Message;
  dueAt: number;
  worker: Life | null;
}

export type OnThrown = (life: Life, message: Message, error: unknown) => void;

const CONCURRENCY: Readonly<Record<QueueName, number>> = { schedule: 1, submit: 4, watch: 8, archive: 3, maintain: 1 };

export function createSimulatedQueue(world: World, onThrown: OnThrown): SimulatedQueue {
  const queues = new Map<QueueName, Map<string, Entry>>(QUEUES.map((queue) => [queue, new Map<string, Entry>()]));
  const readers = new Map<Life, Reader & { readonly busy: Record<QueueName, number> }>();
  const awaited = new Set<QueueName>();
  const { random } = world;
  const entriesOf = (queue: QueueName): Map<string, Entry> => queues.get(queue) ?? new Map<string, Entry>();
  const rates = () => {
    const plan = world.plan();
    return plan && world.now() < plan.until ? plan.messages : null;
  };

  const wakeAt = (queue: QueueName, time: number): void => world.at(time, () => deliver(queue));

  /** However many messages come due while the queue is out, one of them looks whether it is back. */
  const waitForQueue = (queue: QueueName): void => {
    if (awaited.has(queue)) return;
    awaited.add(queue);
    world.after(5 * SECOND_MS, () => {
      awaited.delete(queue);
      deliver(queue);
    });
  };

  const deliver = (queue: QueueName): void => {
    if (world.isOut("queue")) return waitForQueue(queue);
    for (;;) {
      const free = [...readers.values()].filter(({ life, busy }) => life.isAlive && busy[queue] < CONCURRENCY[queue]);
      const [first, ...others] = free;
      if (!first) return;
      const entry = firstDue(entriesOf(queue), world.now());
      if (!entry) return;
      handle(queue, entry, random.pick([first, ...others]));
    }
  };

  const handle = (queue: QueueName, entry: Entry, reader: Reader & { readonly busy: Record<QueueName, number> }): void => {
    const { drop, duplicate } = rates() ?? { drop: 0, duplicate: 0 };
    if (random.chance(drop)) {
      world.count("message dropped");
      entriesOf(queue).delete(entry.id);
      return;
    }
    entry.worker = reader.life;
    reader.busy[queue] += 1;
    start(reader, entry.message, () => {
      reader.busy[queue] -= 1;
      const entries = entriesOf(queue);
      if (entries.get(entry.id) === entry) entries.delete(entry.id);
      deliver(queue);
    });
    const second = random.chance(duplicate) ? [...readers.values()].findLast(({ life }) => life.isAlive) : undefined;
    if (!second) return;
    world.count("message delivered twice");
    world.after(random.between(0, 5 * SECOND_MS), () => start(second, entry.message, () => undefined));
  };

  const start = ({ life, handlers }: Reader, message: Message, done: () => void): void => {
    if (!life.isAlive) return;
    world.trace.note({ at: world.now(), who: life.name, what: `> ${message.queue}`, outcome: "" });
    const handleIt = handlers[message.queue] as Handle;
    handleIt(message, life.stopping.signal)
      .catch((error: unknown) => onThrown(life, message, error))
      .finally(() => {
        if (life.isAlive) done();
      });
  };

  return {
    send: (message, delayMs) => {
      const entries = entriesOf(message.queue);
      const id = messageId(message);
      if (entries.has(id)) return;
      const isLate = random.chance(rates()?.late ?? 0);
      if (isLate) world.count("message late");
      const dueAt = world.now() + delayMs + (isLate ? random.magnitude(SECOND_MS, HOUR_MS / 2) : random.between(1, 20));
      entries.set(id, { id, message, dueAt, worker: null });
      wakeAt(message.queue, dueAt);
    },
    join: (reader) => {
      readers.set(reader.life, { ...reader, busy: { schedule: 0, submit: 0, watch: 0, archive: 0, maintain: 0 } });
      for (const queue of QUEUES) wakeAt(queue, world.now() + 1);
    },
    leave: (life) => {
      readers.delete(life);
      for (const [queue, entries] of queues) {
        for (const entry of [...entries.values()].filter(({ worker }) => worker === life)) {
          entry.worker = null;
          entry.dueAt = world.now() + random.between(10 * SECOND_MS, MINUTE_MS);
          wakeAt(queue, entry.dueAt);
        }
      }
    },
    flush: () => {
      world.count("queue flushed");
      for (const entries of queues.values()) entries.clear();
    },
    size: () => [...queues.values()].reduce((sum, entries) => sum + entries.size, 0),
  };
}

function firstDue(entries: ReadonlyMap<string, Entry>, now: number): Entry | null {
  let first: Entry | null = null;
  for (const entry of entries.values()) {
    if (entry.worker === null && entry.dueAt <= now && (first === null || entry.dueAt < first.dueAt)) first = entry;
  }
  return first;
}
