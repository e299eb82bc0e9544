import { MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import { createAgenda } from "./agenda.ts";
import type { FaultPlan, StepRates, Component } from "./fault-plan.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

/** One life of one process: after its end nothing of it ever goes on. */
export interface Life {
  readonly name: string;
  isAlive: boolean;
  diedAt: number;
  frozenUntil: number;
  /** How far its clock is off. */
  readonly skewMs: number;
  readonly stopping: AbortController;
}

/** What a caller is told in place of an answer. `refused`: its request certainly did nothing. */
export type Refusal = "refused" | "no-answer";

export interface Step<T> {
  readonly label: string;
  readonly component: Component;
  /** Does the work, in one go. */
  readonly effect: () => Promise<T>;
  /** What the caller gets instead of an answer; may throw. */
  readonly refuse: (refusal: Refusal) => Promise<T>;
  readonly usualMs: number;
  /** The longest that a caller waits for it. */
  readonly longestMs: number;
  /** How long its request may be under way, where that is less: the rest is waiting for the answer. */
  readonly longestRequestMs?: number;
  /** A request that was given up may still arrive. */
  readonly mayArriveLate?: boolean;
}

export interface World {
  readonly random: Random;
  readonly trace: Trace;
  readonly faults: ReadonlyMap<string, number>;
  now(): number;
  plan(): FaultPlan | null;
  setPlan(plan: FaultPlan | null): void;
  isOut(component: Component): boolean;
  at(time: number, run: () => void): void;
  after(ms: number, run: () => void): void;
  count(fault: string): void;
  /** Every call through every port is one: between any two of them anything may happen. */
  step<T>(life: Life, step: Step<T>): Promise<T>;
  sleep(life: Life, ms: number, signal?: AbortSignal): Promise<void>;
  /** Told whose process dies, before anything else happens. */
  onKill: (life: Life) => void;
  onFreeze: (life: Life) => void;
  kill(life: Life, why: string): void;
  /** Lets everything happen in its order until `isOver`, or `limit`. */
  run(isOver: () => boolean, limit: number): Promise<void>;
  /** Nothing happens in between. */
  skipTo(time: number): void;
}

type Fate = "fail" | "lose-answer" | "kill-before" | "kill-after" | null;

const NO_PROCESS = () => undefined;

export function createWorld({ random, trace, start }: { readonly random: Random; readonly trace: Trace; readonly start: number }): World {
  const agenda = createAgenda();
  const faults = new Map<string, number>();
  let time = start;
  let plan: FaultPlan | null = null;

  const isFaulty = (): boolean => plan !== null && time < plan.until;

  const rate = (label: string, kind: keyof StepRates): number => {
    if (!plan) return 0;
    const isHot = shareOf(label) === plan.hot.share;
    return plan.steps[kind] + (isHot ? plan.hot.rates[kind] : 0);
  };

  const fateOf = (label: string): Fate => {
    if (!isFaulty()) return null;
    const drawn = random.next();
    let sum = rate(label, "fail");
    if (drawn < sum) return "fail";
    sum += rate(label, "loseAnswer");
    if (drawn < sum) return "lose-answer";
    sum += rate(label, "kill") / 2;
    if (drawn < sum) return "kill-before";
    return drawn < sum + rate(label, "kill") / 2 ? "kill-after" : null;
  };

  /** How long a request is under way, and its answer. */
  const delaysOf = (
    life: Life,
    { label, usualMs, longestMs, longestRequestMs = longestMs }: Step<unknown>,
  ): { readonly requestMs: number; readonly answerMs: number } => {
    const requestMs = Math.ceil(usualMs * random.between(0.5, 1.5));
    const answerMs = random.chance(0.2) ? usualMs : 0;
    if (!isFaulty()) return { requestMs, answerMs };
    if (random.chance(rate(label, "freeze"))) freeze(life);
    if (!random.chance(rate(label, "slow"))) return { requestMs, answerMs };
    world.count("slow step");
    const slowMs = Math.ceil(random.magnitude(Math.min(SECOND_MS, longestMs), longestMs));
    return slowMs <= longestRequestMs && random.chance(0.5) ? { requestMs: slowMs, answerMs } : { requestMs, answerMs: slowMs };
  };

  const freeze = (life: Life): void => {
    life.frozenUntil = Math.max(life.frozenUntil, time + random.magnitude(SECOND_MS, 10 * MINUTE_MS));
    world.count("process frozen");
    note(life, "frozen", `for ${Math.round((life.frozenUntil - time) / SECOND_MS)} s`);
    world.onFreeze(life);
  };

  const note = (life: Life, what: string, outcome: string): void => trace.note({ at: time, who: life.name, what, outcome });

  /** Continues what waited, once its process runs; never, when it is dead. */
  const goOn = (life: Life, run: () => void): void => {
    if (!life.isAlive) return;
    if (life.frozenUntil > time) world.at(life.frozenUntil, () => goOn(life, run));
    else run();
  };

  const refuse = <T>(life: Life, step: Step<T>, refusal: Refusal): Promise<T> => {
    note(life, step.label, refusal === "refused" ? "FAILS" : "NO ANSWER");
    return outcomeOf(step.refuse(refusal));
  };

  const arrive = <T>(life: Life, step: Step<T>, fate: Fate): Promise<T> | null => {
    // The request of a process that died under way may have left before, but not long.
    if (!life.isAlive && (time - life.diedAt > 10 * SECOND_MS || random.chance(0.5))) return null;
    if (fate === "kill-before") {
      world.count("process killed");
      world.kill(life, `before ${step.label}`);
      if (random.chance(0.5)) return null;
    }
    if (world.isOut(step.component)) return refuse(life, step, random.chance(0.8) ? "refused" : "no-answer");
    if (fate === "fail") {
      world.count(`${step.component} fails`);
      const refusal = random.chance(0.5) ? "refused" : "no-answer";
      if (refusal === "no-answer" && step.mayArriveLate && random.chance(0.4)) {
        world.after(random.between(0, step.longestMs / 2), () => void outcomeOf(step.effect()));
      }
      return refuse(life, step, refusal);
    }
    const outcome = outcomeOf(step.effect());
    if (fate === "kill-after") {
      world.count("process killed");
      world.kill(life, `after ${step.label}`);
    }
    if (fate !== "lose-answer") {
      note(life, step.label, "");
      return outcome;
    }
    world.count(`${step.component} answer lost`);
    return refuse(life, step, "no-answer");
  };

  const world: World = {
    random,
    trace,
    faults,
    onKill: NO_PROCESS,
    onFreeze: NO_PROCESS,
    now: () => time,
    plan: () => plan,
    setPlan: (next) => {
      plan = next;
    },
    isOut: (component) =>
      plan !== null &&
      plan.downtimes.some((downtime) => downtime.component === component && downtime.from <= time && time < downtime.until),
    at: (at, run) => agenda.enter(Math.max(at, time), run),
    after: (ms, run) => agenda.enter(time + ms, run),
    count: (fault) => void faults.set(fault, (faults.get(fault) ?? 0) + 1),
    step: (life, step) =>
      new Promise((resolve, reject) => {
        if (!life.isAlive) return;
        const fate = fateOf(step.label);
        const { requestMs, answerMs } = delaysOf(life, step);
        world.after(requestMs, () => {
          const answer = arrive(life, step, fate);
          if (!answer) return;
          const hand = () => goOn(life, () => void answer.then(resolve, reject));
          if (answerMs === 0) hand();
          else world.after(answerMs, hand);
        });
      }),
    sleep: (life, ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          signal?.removeEventListener("abort", wake);
          goOn(life, resolve);
        };
        signal?.addEventListener("abort", wake);
        world.after(ms, wake);
      }),
    kill: (life, why) => {
      if (!life.isAlive) return;
      life.isAlive = false;
      life.diedAt = time;
      note(life, "KILLED", why);
      world.onKill(life);
    },
    run: async (isOver, limit) => {
      while (!isOver()) {
        const nextAt = agenda.nextAt();
        if (nextAt === null || nextAt > limit) return;
        time = Math.max(time, nextAt);
        agenda.next()?.run();
        await untilQuiet();
      }
    },
    skipTo: (to) => {
      time = Math.max(time, to);
    },
  };
  return world;
}

/** Node runs ticks only when no promise has anything left to do: then every flow waits for a step. */
function untilQuiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** No process may be left to receive it. */
function outcomeOf<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

const shares = new Map<string, number>();

function shareOf(label: string): number {
  const before = shares.get(label);
  if (before !== undefined) return before;
  let share = 7;
  for (const character of label) share = (share * 31 + character.charCodeAt(0)) % 12;
  shares.set(label, share);
  return share;
}
