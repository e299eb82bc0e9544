import { expect } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import { failureOf } from "../../src/cli/failure-of.ts";
import { guardLogins } from "../../src/flows/alerts/guard-logins.ts";
import { createSimulator, type Simulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";
import { createSmartSync } from "../../src/smartsync/create-smartsync.ts";
import { rememberEntities } from "../../src/smartsync/remember-entities.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import { createNightLoop, type NightLoop, type NightLoopOptions } from "./night-loop.ts";

/** The whole program against the simulator: the client that ships, over loopback, and one virtual clock for both. */
export interface SimulatedNight extends NightLoop {
  readonly simulator: Simulator;
  /** What keeps the first run from its end at the moment; `null`: nothing. */
  trouble(): Promise<Failure | null>;
}

export interface SimulatedNightOptions extends Omit<NightLoopOptions, "clock" | "openClient"> {
  /** Faults as a URL has them: `spelling=double,latency=5`. */
  readonly faults?: string;
  readonly simulator?: SimulatorOptions;
}

const SMALL: SimulatorOptions = { runMs: 10_000, agentsPerMu: 3, entities: { mu: 3, ct: 2, bu: 1, eg: 1 } };
/** The client waits for a stalled body in real time. */
const TIMEOUTS = { idleMs: 50 };

/** Runs a night, and closes everything after it. */
export async function withSimulatedNight<T>(options: SimulatedNightOptions, during: (night: SimulatedNight) => Promise<T>): Promise<T> {
  const { faults = "", simulator: shape, ...rest } = options;
  const clock = createManualClock();
  await using simulator = createSimulator({ ...SMALL, ...shape, now: () => clock.now().getTime() });
  const url = `${await simulator.listen()}${faults === "" ? "" : `/~${faults}`}`;
  let close = (): void => undefined;
  const night = await createNightLoop({
    ...rest,
    clock,
    openClient: ({ repositories, emit }) => {
      const client = createSmartSync({
        connection: "acme",
        url,
        customerId: 1,
        locale: "en_US",
        credentials: { reveal: () => ({ userName: "demo", password: "demo" }) },
        clock,
        timeouts: TIMEOUTS,
        loginGate: guardLogins({ repositories, emit, clock }, "acme"),
        onUnknownStatusWord: (word) => emit({ event: "status.word-unknown", connection: "acme", word }),
      });
      close = () => client.close();
      return rememberEntities(client, clock);
    },
  });
  try {
    const outcome = await during({ ...night, simulator, trouble: () => findTrouble(night) });
    expect(night.failures).toEqual([]);
    return outcome;
  } finally {
    close();
  }
}

/** As `show` prints it. Where a job says nothing: why the polls of its connection fail. */
async function findTrouble(night: NightLoop): Promise<Failure | null> {
  const [found] = await night.runs();
  if (!found) return null;
  if (found.run.selection === null) return found.run.planning.lastFailure;
  const failures = found.jobs.filter((job) => job.state !== "split").flatMap((job) => failureOf(job, night.clock.now()) ?? []);
  if (failures[0]) return failures[0];
  const poll = night.events.findLast(({ event }) => event === "connection.polled" || event === "connection.poll-failed");
  return poll?.event === "connection.poll-failed" && found.run.outcome === "pending" ? poll.failure : null;
}
