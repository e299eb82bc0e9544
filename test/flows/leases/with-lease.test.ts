import { describe, expect, it } from "vitest";
import { LEASE_MS, withLease } from "../../../src/flows/leases/with-lease.ts";
import { defer } from "../../fakes/defer.ts";
import { createManualClock } from "../../fakes/manual-clock.ts";

interface Rig {
  readonly clock: ReturnType<typeof createManualClock>;
  readonly extensions: Date[];
  /** What the database answers when the lease is extended. */
  answer: () => Promise<boolean>;
  readonly lease: { readonly until: Date; extend(until: Date): Promise<boolean> };
}

function createRig(): Rig {
  const clock = createManualClock();
  const extensions: Date[] = [];
  const rig: Rig = {
    clock,
    extensions,
    answer: async () => true,
    lease: {
      until: new Date(clock.now().getTime() + LEASE_MS),
      extend: async (until) => {
        extensions.push(until);
        return await rig.answer();
      },
    },
  };
  return rig;
}

describe("a lease", () => {
  it("is extended while the work lasts, and not after it", async () => {
    const { clock, lease, extensions } = createRig();
    const hold = defer();
    const working = withLease({ clock }, lease, async (signal, isHeld) => {
      await hold.promise;
      return { isAborted: signal.aborted, isHeld: isHeld() };
    });
    await clock.advance(10 * LEASE_MS);
    expect(extensions.length).toBeGreaterThanOrEqual(20);
    for (const [index, until] of extensions.entries()) {
      if (index > 0) expect(until.getTime() - extensions[index - 1]!.getTime()).toBeLessThan(LEASE_MS);
    }
    hold.resolve();
    expect(await working).toEqual({ isAborted: false, isHeld: true });
    const made = extensions.length;
    await clock.advance(10 * LEASE_MS);
    expect(extensions).toHaveLength(made);
  });

  it("aborts the work when another worker has the row", async () => {
    const rig = createRig();
    rig.answer = async () => false;
    const aborted = defer();
    const working = withLease(rig, rig.lease, async (signal, isHeld) => {
      signal.addEventListener("abort", () => aborted.resolve());
      await aborted.promise;
      return isHeld();
    });
    await rig.clock.advance(LEASE_MS / 2);
    expect(await working).toBe(false);
    expect(rig.extensions).toHaveLength(1);
  });

  it("outlasts a database that does not answer, until it expires", async () => {
    const rig = createRig();
    rig.answer = async () => await Promise.reject(new Error("connection refused"));
    let abortedAt: Date | null = null;
    const hold = defer();
    const working = withLease(rig, rig.lease, async (signal) => {
      signal.addEventListener("abort", () => {
        abortedAt = rig.clock.now();
        hold.resolve();
      });
      await hold.promise;
    });
    await rig.clock.advance(LEASE_MS - 1);
    expect(abortedAt).toBeNull();
    await rig.clock.advance(LEASE_MS);
    await working;
    expect(abortedAt! >= rig.lease.until).toBe(true);
  });

  it("is no longer relied on shortly before it expires, by the worker's own clock", async () => {
    const { clock, lease } = createRig();
    const answers: boolean[] = [];
    let stoodStillMs = 0;
    const standing = { ...clock, now: () => new Date(clock.now().getTime() + stoodStillMs) };
    await withLease({ clock: standing }, lease, async (_signal, isHeld) => {
      for (stoodStillMs of [0, LEASE_MS - 15_001, LEASE_MS - 15_000, LEASE_MS]) answers.push(isHeld());
    });
    expect(answers).toEqual([true, true, false, false]);
  });

  it("aborts the work when the process stops, and the work still has its lease", async () => {
    const { clock, lease } = createRig();
    const stopping = new AbortController();
    const working = withLease(
      { clock },
      lease,
      async (signal, isHeld) => {
        stopping.abort();
        return [signal.aborted, isHeld()];
      },
      stopping.signal,
    );
    expect(await working).toEqual([true, true]);
  });

  it("is not extended after work that threw, and the error arrives", async () => {
    const { clock, lease, extensions } = createRig();
    const working = withLease({ clock }, lease, async () => await Promise.reject(new Error("broken")));
    await expect(working).rejects.toThrow("broken");
    await clock.advance(10 * LEASE_MS);
    expect(extensions).toEqual([]);
  });
});
