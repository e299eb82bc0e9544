import { MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import type { Failure, SmartSyncFailure, StorageFailure } from "../../src/core/base/failure.ts";
import type { WakeUps } from "../../src/core/ports/wake-up.ts";
import type { ObjectStore, Upload } from "../../src/core/ports/object-store.ts";
import { type Result, err, ok } from "../../src/core/base/result.ts";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import type { SimulatedWakeUps } from "./simulated-wake-ups.ts";
import type { Component } from "./fault-plan.ts";
import type { Life, Refusal, World } from "./world.ts";

/** The message of what a repository throws when the database does not answer. */
export const DATABASE_LOST = "the database does not answer";

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Sees every call of a store when it is done, and when its caller hears that it failed. */
export interface StoreObserver {
  done(life: Life, label: string, args: readonly unknown[]): void;
  refused(life: Life, label: string, args: readonly unknown[]): void;
}

/** The tables as one process reaches them. */
export function repositoriesThroughSteps(
  world: World,
  life: Life,
  { repositories, observer }: { repositories: Repositories; observer: StoreObserver },
): Repositories {
  const wrap = ([name, store]: [string, object]) =>
    wrapMethods(store, (method, call, args) => {
      const label = labelOf(name, method, args);
      return world.step(life, {
        label,
        component: "database",
        usualMs: 4,
        longestMs: 20 * SECOND_MS,
        effect: () => {
          const answer = call();
          observer.done(life, label, args);
          return answer;
        },
        refuse: async () => {
          observer.refused(life, label, args);
          throw new Error(DATABASE_LOST);
        },
      });
    });
  return Object.fromEntries(
    Object.entries(repositories).map((entry: [string, object]) => [entry[0], wrap(entry)]),
  ) as unknown as Repositories;
}

/** Transitions are told apart by their events: things can go wrong at each of them. */
function labelOf(repository: string, method: string, args: readonly unknown[]): string {
  return repository === "jobs" && method === "transition" ? `jobs.transition ${String(args[2])}` : `${repository}.${method}`;
}

function wrapMethods<T extends object>(
  inner: T,
  through: (method: string, call: () => Promise<unknown>, args: readonly unknown[]) => unknown,
): T {
  const wrap = ([method, own]: [string, Method]) => [method, (...args: readonly unknown[]) => through(method, () => own(...args), args)];
  return Object.fromEntries((Object.entries(inner) as [string, Method][]).map(wrap)) as T;
}

/** The queue as one process reaches it: sending is in the background, and what cannot be sent is lost. */
export function wakeUpsThroughSteps(world: World, life: Life, wakeUps: SimulatedWakeUps): WakeUps {
  return {
    send: (sent, { delayMs = 0 } = {}) => {
      void world.step(life, {
        label: `wake-ups.send ${sent[0]?.role ?? ""}`,
        component: "queue",
        usualMs: 2,
        longestMs: 5 * SECOND_MS,
        effect: async () => wakeUps.send(sent, delayMs),
        refuse: async () => undefined,
      });
    },
  };
}

export interface LakeObserver {
  /** Something that readers can see has changed. */
  changed(key: string): void;
}

/** The object store as one process reaches it. */
export function lakeThroughSteps(world: World, life: Life, { lake, observer }: { lake: ObjectStore; observer: LakeObserver }): ObjectStore {
  const through = <T>(label: string, effect: () => Promise<Result<T, StorageFailure>>, key: string | null = null) =>
    world.step<Result<T, StorageFailure>>(life, {
      label: `lake.${label}`,
      component: "lake",
      usualMs: 40,
      longestMs: 5 * MINUTE_MS,
      // No object store can refuse a request that was under way when its sender lost the lease, so nothing defends against more.
      longestRequestMs: 10 * SECOND_MS,
      effect: () => {
        const answer = effect();
        if (key !== null) observer.changed(key);
        return answer;
      },
      refuse: async (refusal) => err(storageFailure(world, refusal)),
    });
  const throughUpload = (upload: Upload): Upload => ({
    write: (chunk) => through("write", () => upload.write(chunk)),
    finish: () => through("finish", () => upload.finish()),
    abort: async () => {
      await through("abort", async () => {
        await upload.abort();
        return ok(undefined);
      });
    },
  });
  return {
    target: lake.target,
    uri: (key) => lake.uri(key),
    begin: async (key, facts) => {
      const begun = await through("begin", () => lake.begin(key, facts));
      return begun.ok ? ok(throughUpload(begun.value)) : begun;
    },
    commit: (staged) => through("commit", () => lake.commit(staged), staged.key),
    holds: (staged) => through("holds", () => lake.holds(staged)),
    discard: (staged) => through("discard", () => lake.discard(staged)),
    put: (key, body, facts) => through(`put ${kindOf(key)}`, () => lake.put(key, body, facts), key),
    exists: (key) => through("exists", () => lake.exists(key)),
    read: (key) => through("read", () => lake.read(key)),
    remove: (key) => through(`remove ${kindOf(key)}`, () => lake.remove(key), key),
    listUploads: (page) => through("list uploads", () => lake.listUploads(page)),
    probe: () => through("probe", () => lake.probe()),
    close: () => undefined,
  };
}

function kindOf(key: string): string {
  return key.endsWith("_SUCCESS") ? "_SUCCESS" : key.endsWith(".json") ? "manifest" : "artifact";
}

function storageFailure({ random }: World, refusal: Refusal): StorageFailure {
  const target = "memory://bucket";
  if (refusal === "no-answer") return { reason: "storage-error", target, detail: "no answer" };
  return random.pick<StorageFailure>([
    { reason: "storage-unreachable", target, detail: "connection refused" },
    { reason: "storage-denied", target, detail: "expired token" },
    { reason: "storage-full", target },
    { reason: "storage-error", target, detail: "slow down" },
  ]);
}

const WFM = "https://wfm.example";

export function wfmFailure({ random }: World, refusal: Refusal): SmartSyncFailure {
  if (refusal === "no-answer") return { reason: "timed-out", target: WFM, detail: "waiting for the answer" };
  return random.pick<SmartSyncFailure>([
    { reason: "unreachable", target: WFM, detail: "connection refused" },
    { reason: "unreachable", target: WFM, detail: "connection refused" },
    { reason: "server-error", target: WFM, status: 503, retryAfterMs: random.chance(0.5) ? random.whole(1, 1200) * SECOND_MS : null },
    { reason: "rate-limited", target: WFM, retryAfterMs: random.chance(0.5) ? random.whole(1, 300) * SECOND_MS : null },
    { reason: "session-refused", target: WFM },
    { reason: "login-rejected", target: WFM, detail: "the account is locked" },
  ]);
}

/** A call of WFM as a step; `T` is what it answers. */
export function askWfm<T, E = Failure>(
  world: World,
  life: Life,
  call: {
    readonly label: string;
    readonly effect: () => Promise<Result<T, E>>;
    readonly refuse: (refusal: Refusal) => Result<T, E>;
    readonly longestMs?: number;
    readonly mayArriveLate?: boolean;
  },
): Promise<Result<T, E>> {
  const component: Component = "wfm";
  const { label, effect, refuse, longestMs = MINUTE_MS, mayArriveLate = false } = call;
  return world.step(life, {
    label: `wfm.${label}`,
    component,
    usualMs: 300,
    longestMs,
    mayArriveLate,
    effect,
    refuse: async (refusal) => refuse(refusal),
  });
}
