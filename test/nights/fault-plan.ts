import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import type { Random } from "./random.ts";

/** What steps go to, and can be out. `processes`: nothing of ours runs at all. */
export type Component = "database" | "queue" | "wfm" | "lake" | "processes";

export interface Downtime {
  readonly component: Component;
  readonly from: number;
  readonly until: number;
}

/** What may happen to any single step, each with its own probability. */
export interface StepRates {
  /** It fails before it does anything. */
  readonly fail: number;
  /** It does its work, and its answer is lost. */
  readonly loseAnswer: number;
  /** Its process dies: before the step arrives, or before its answer does. */
  readonly kill: number;
  /** It takes as long as its timeout just allows. */
  readonly slow: number;
  /** Its process stands still, as a suspended machine does. */
  readonly freeze: number;
}

export interface WakeUpRates {
  readonly duplicate: number;
  readonly drop: number;
  readonly late: number;
}

export interface ServerRates {
  readonly failed: number;
  readonly canceled: number;
  /** The result's body breaks off, or comes short. */
  readonly brokenBody: number;
  /** Jobs of other people, per job of ours. */
  readonly candidates: number;
}

/** All that goes wrong in one night. */
export interface FaultPlan {
  readonly from: number;
  /** From here on everything works, so that what can be saved is saved. */
  readonly until: number;
  readonly downtimes: readonly Downtime[];
  readonly steps: StepRates;
  /** One in twelve kinds of step gets this in addition: rare windows are hit by aiming at them. */
  readonly hot: { readonly share: number; readonly rates: StepRates };
  readonly wakeUps: WakeUpRates;
  readonly server: ServerRates;
  /** Moments at which the queue loses everything. */
  readonly flushes: readonly number[];
  /** Moments at which one process is asked to stop. */
  readonly stops: readonly number[];
  /** Moments at which the lake forgets the uploads that were not completed. */
  readonly cleanups: readonly number[];
}

const NO_STEPS: StepRates = { fail: 0, loseAnswer: 0, kill: 0, slow: 0, freeze: 0 };

/** A night draws which kinds of fault it has at all, and then how many: a night with all of them would hide what each does. */
export function drawFaultPlan(random: Random, from: number): FaultPlan {
  if (random.chance(0.08)) return calmPlan(from);
  const windowMs = random.magnitude(20 * MINUTE_MS, 3 * HOUR_MS);
  const downtimes = random.chance(0.02) ? drawMarathon(random, from) : drawDowntimes(random, from, windowMs);
  const until = Math.max(from + windowMs, ...downtimes.map((downtime) => downtime.until));
  const sometimes = (least: number, most: number): number => (random.chance(0.5) ? random.magnitude(least, most) : 0);
  const moments = (most: number): number[] => {
    const count = random.chance(0.3) ? random.whole(1, most) : 0;
    return Array.from({ length: count }, () => random.between(from, from + windowMs));
  };
  const steps = {
    fail: sometimes(0.0005, 0.1),
    loseAnswer: sometimes(0.0005, 0.05),
    kill: sometimes(0.0001, 0.02),
    slow: sometimes(0.0005, 0.05),
    freeze: random.chance(0.2) ? random.magnitude(0.0001, 0.002) : 0,
  };
  return {
    from,
    until,
    downtimes,
    steps,
    hot: { share: random.whole(0, 11), rates: random.chance(0.6) ? drawHot(random) : NO_STEPS },
    wakeUps: { duplicate: sometimes(0.005, 0.3), drop: sometimes(0.005, 0.3), late: sometimes(0.005, 0.2) },
    server: {
      failed: sometimes(0.01, 0.1),
      canceled: sometimes(0.01, 0.1),
      brokenBody: sometimes(0.01, 0.3),
      candidates: sometimes(0.1, 0.5),
    },
    flushes: moments(4),
    stops: moments(4),
    cleanups: moments(3),
  };
}

function calmPlan(from: number): FaultPlan {
  return {
    from,
    until: from,
    downtimes: [],
    steps: NO_STEPS,
    hot: { share: 0, rates: NO_STEPS },
    wakeUps: { duplicate: 0, drop: 0, late: 0 },
    server: { failed: 0, canceled: 0, brokenBody: 0, candidates: 0 },
    flushes: [],
    stops: [],
    cleanups: [],
  };
}

function drawHot(random: Random): StepRates {
  const kind = random.pick(["fail", "loseAnswer", "kill", "slow", "freeze"]);
  return { ...NO_STEPS, [kind]: random.magnitude(0.02, kind === "kill" || kind === "freeze" ? 0.1 : 0.4) };
}

const SYSTEMS = ["database", "queue", "wfm", "lake", "processes"] as const;

function drawDowntimes(random: Random, start: number, windowMs: number): Downtime[] {
  const count = random.pick([0, 0, 1, 1, 2, 3]);
  return Array.from({ length: count }).flatMap(() => {
    const from = random.between(start, start + Math.min(windowMs, HOUR_MS));
    const until =
      from + (random.chance(0.75) ? random.magnitude(5 * SECOND_MS, 20 * MINUTE_MS) : random.magnitude(MINUTE_MS, 20 * HOUR_MS));
    const first = random.pick(SYSTEMS);
    const second = random.chance(0.3) ? random.pick(SYSTEMS) : first;
    return [...new Set([first, second])].map((component) => ({ component, from, until }));
  });
}

/** One downtime takes over from the other, longer than WFM keeps a result: what was finished before cannot be saved. */
function drawMarathon(random: Random, start: number): Downtime[] {
  const from = random.between(start + MINUTE_MS, start + 30 * MINUTE_MS);
  // Early enough, now and then, for the second to cover all of the time in which results are in danger.
  const handover = from + random.between(8, 20) * HOUR_MS;
  const until = handover + random.between(16, 22) * HOUR_MS;
  return [
    { component: random.pick(SYSTEMS), from, until: handover + MINUTE_MS },
    { component: random.pick(SYSTEMS), from: handover, until },
  ];
}
