import type { Failure } from "../../src/core/failure.ts";
import { failureOf } from "../../src/cli/run-document.ts";
import { guardLogins } from "../../src/flows/guard-logins.ts";
import { createSimulator, type Simulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";
import { createSmartSync } from "../../src/smartsync/create-smartsync.ts";
import { rememberEntities } from "../../src/smartsync/remember-entities.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import { createNightLoop, type NightLoop, type NightLoopOptions } from "./night-loop.ts";

/** The whole program against the simulator: the client that ships, over loopback, and one virtual clock for both. */
export interface SimulatedNight extends NightLoop {
  readonly simulator: Simulator;
  /** What the first run suffers from at the moment; `null`: nothing. */
  trouble(): Promise<Failure | null>;
}

export interface SimulatedNightOptions extends Omit<NightLoopOptions, "clock" | "openClient"> {
  /** Faults as a URL has them: `spelling=double,latency=5`. */
  readonly faults?: string;
  readonly simulator?: SimulatorOptions;
}

const SMALL: SimulatorOptions = { runMs: 10_000, agentsPerMu: 3, entities: { mu: 3, ct: 2, bu: 1, eg: 1 } };
/** A stall is waited out in real time. */
const TIMEOUTS = { idleMs: 50 };

/** Spends a night, and takes everything down after it. */
export async function withSimulatedNight<T>(options: SimulatedNightOptions, spend: (night: SimulatedNight) => Promise<T>): Promise<T> {
  const { faults = "", simulator: shape, ...rest } = options;
  const clock = createManualClock();
  await using simulator = createSimulator({ ...SMALL, ...shape, now: () => clock.now().getTime() });
  const url = `${await simulator.listen()}${faults === "" ? "" : `/~${faults}`}`;
  let close = (): void => undefined;
  const night = await createNightLoop({
    ...rest,
    clock,
    openClient: ({ stores, emit }) => {
      const client = createSmartSync({
        connection: "acme",
        url,
        customerId: 1,
        locale: "en_US",
        credentials: { reveal: () => ({ userName: "demo", password: "demo" }) },
        clock,
        timeouts: TIMEOUTS,
        loginGate: guardLogins({ stores, emit, clock }, "acme"),
        onUnknownStatusWord: (word) => emit({ event: "status.word-unknown", connection: "acme", word }),
      });
      close = () => client.close();
      return rememberEntities(client, clock);
    },
  });
  try {
    return await spend({ ...night, simulator, trouble: () => findTrouble(night) });
  } finally {
    close();
  }
}

/** As `show` tells it; and where a job says nothing, why the looks at its connection fail. */
async function findTrouble(night: NightLoop): Promise<Failure | null> {
  const [found] = await night.runs();
  if (!found) return null;
  if (found.run.selection === null) return found.run.planning.lastFailure;
  const failures = found.jobs.filter((job) => job.state !== "split").flatMap((job) => failureOf(job, night.clock.now()) ?? []);
  if (failures[0]) return failures[0];
  const look = night.events.findLast(({ event }) => event === "connection.looked" || event === "connection.look-failed");
  return look?.event === "connection.look-failed" && found.run.outcome === "pending" ? look.failure : null;
}
