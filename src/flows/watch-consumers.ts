import { type CanaryPlan, CANARY_PLAN, canariesFor, isSilent, silenceOf } from "../core/consumer-silence.ts";
import type { Canary, Message, MessageQueue, QueueName } from "../core/message.ts";
import type { Handlers } from "./handlers.ts";
import type { Ports } from "./ports.ts";

type WatchPorts = Pick<Ports, "clock" | "emit"> & { readonly queue: Pick<MessageQueue, "send"> };

export interface WatchedProcess {
  readonly processId: string;
  readonly handlers: Partial<Handlers>;
  /** How many messages of each queue it works on at once. */
  readonly places: Readonly<Record<QueueName, number>>;
  readonly plan?: CanaryPlan | undefined;
}

/** Whether the consumers of one process receive what their queues take: no client's word counts, only what came through. */
export interface ConsumerWatch {
  /** The process's handlers, and one for canaries; whatever they receive is noted. */
  readonly handlers: Partial<Handlers> & { readonly canary: CanaryHandler };
  /** For how long each queue has been silent, in milliseconds. */
  silences(): ReadonlyMap<QueueName, number>;
  /** Sends canaries until the signal aborts, which is `null`, or until a queue is silent. */
  run(signal: AbortSignal): Promise<QueueName | null>;
}

type CanaryHandler = (canary: Canary, signal: AbortSignal) => Promise<void>;
type AnyHandler = (message: Message, signal: AbortSignal) => Promise<void>;

/** Whoever takes another process's canary holds the place for as long, so that the next one goes to somebody else. */
const GIVE_WAY_MS = 200;

export function watchConsumers(ports: WatchPorts, watched: WatchedProcess): ConsumerWatch {
  const { clock } = ports;
  const { processId, places, plan = CANARY_PLAN } = watched;
  const entries = Object.entries(watched.handlers) as [QueueName, AnyHandler][];
  const consumers = new Map(entries.map(([queue]) => [queue, createConsumer(ports, places[queue])]));
  const listening = entries.map(([queue, handle]) => [queue, consumers.get(queue)?.listenTo(handle)] as const);
  const silences = (): Map<QueueName, number> => new Map([...consumers].map(([queue, consumer]) => [queue, consumer.silenceMs(plan)]));
  return {
    silences,
    handlers: {
      ...(Object.fromEntries(listening) as Partial<Handlers>),
      canary: async (canary, signal) => {
        consumers.get(canary.queue)?.hear();
        if (canary.canary !== processId) await clock.sleep(GIVE_WAY_MS, signal);
      },
    },
    async run(signal) {
      for (; !signal.aborted; await clock.sleep(plan.everyMs, signal)) {
        const ages = silences();
        for (const [queue, ageMs] of ages) {
          if (!isSilent(ageMs, plan)) continue;
          ports.emit({ event: "process.silent", queue, ageMs });
          return queue;
        }
        const beat = Math.floor(clock.now().getTime() / plan.everyMs);
        const volleys = [...consumers].map(([queue, consumer]) => {
          const shots = canariesFor(ages.get(queue) ?? 0, plan);
          return consumer.expect(Array.from({ length: shots }, (_, shot) => ({ queue, canary: processId, beat, shot })));
        });
        await Promise.all(volleys);
      }
      return null;
    },
  };
}

interface Consumer {
  hear(): void;
  /** The same handler; what it receives, and puts down, is heard. */
  listenTo(handle: AnyHandler): AnyHandler;
  /** Sends canaries that should come back, if the queue takes them. */
  expect(canaries: readonly Canary[]): Promise<void>;
  silenceMs(plan: CanaryPlan): number;
}

function createConsumer({ queue, clock }: WatchPorts, places: number): Consumer {
  let heardAt = clock.now();
  let acceptedAt: Date[] = [];
  let taken = 0;
  const hear = (): void => {
    heardAt = clock.now();
    acceptedAt = [];
  };
  return {
    hear,
    listenTo: (handle) => async (message, signal) => {
      taken += 1;
      hear();
      try {
        await handle(message, signal);
      } finally {
        taken -= 1;
        hear();
      }
    },
    async expect(canaries) {
      const at = clock.now();
      const heardBefore = heardAt;
      const sent = await Promise.allSettled(canaries.map((canary) => queue.send(canary)));
      const isAccepted = sent.some(({ status }) => status === "fulfilled");
      // What the queue did not take says nothing about its consumer, and what came through meanwhile is not waited for.
      if (isAccepted && heardAt === heardBefore) acceptedAt.push(at);
    },
    silenceMs: (plan) => silenceOf({ acceptedAt, heardAt, isBusy: taken >= places }, clock.now(), plan),
  };
}
