import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../../src/core/base/clock.ts";
import { HEARTBEAT_MS, aliveSince } from "../../../src/core/base/liveness.ts";
import type { Role } from "../../../src/core/base/role.ts";
import { keepHeartbeat } from "../../../src/flows/runtime/heartbeat.ts";
import { type ManualClock, createManualClock } from "../../fakes/manual-clock.ts";
import { createMemoryRepositories } from "../../fakes/memory-repositories.ts";

const DOWN = new Error("connection refused");

interface Rig {
  readonly clock: ManualClock;
  readonly sent: string[];
  readonly failures: unknown[];
  isDown: boolean;
  /** The roles of the processes that are alive now. */
  alive(): Promise<readonly Role[]>;
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

async function startProcess(roles: readonly Role[] = ["reconcile"]): Promise<Rig> {
  const clock = createManualClock();
  const repositories = createMemoryRepositories({ now: () => clock.now() });
  const { processes } = repositories;
  const sent: string[] = [];
  const failures: unknown[] = [];
  const stopping = new AbortController();
  const ports = {
    clock,
    repositories: {
      ...repositories,
      processes: {
        ...processes,
        heartbeat: async (one: Parameters<typeof processes.heartbeat>[0]) =>
          rig.isDown ? await Promise.reject(DOWN) : await processes.heartbeat(one),
        remove: async (id: string) => (rig.isDown ? await Promise.reject(DOWN) : await processes.remove(id)),
      },
    },
    notifier: { notify: async (text: string) => (sent.push(text), true) },
    emit: () => undefined,
  };
  const rig: Rig = {
    clock,
    sent,
    failures,
    isDown: false,
    alive: async () => [...(await processes.rolesAliveSince(aliveSince(clock.now())))],
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += HEARTBEAT_MS) await clock.advance(HEARTBEAT_MS);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
  const running = keepHeartbeat(ports, { processId: "p", roles, onFailure: (error) => void failures.push(error) }, stopping.signal);
  // The first heartbeat is sent at the start.
  await new Promise((resolve) => void setImmediate(resolve));
  return rig;
}

describe("a process", () => {
  it("is alive with its roles while it runs, and not after it has stopped", async () => {
    const rig = await startProcess(["poll", "archive"]);
    for (let time = 0; time < 20; time += 1) {
      await rig.pass(HEARTBEAT_MS);
      expect(await rig.alive()).toEqual(["poll", "archive"]);
    }
    await rig.stop();
    expect(await rig.alive()).toEqual([]);
    expect(rig.failures).toEqual([]);
  });

  it("reports a heartbeat that failed, and sends the next one", async () => {
    const rig = await startProcess();
    rig.isDown = true;
    await rig.pass(HEARTBEAT_MS);
    expect(rig.failures).toEqual([DOWN]);
    rig.isDown = false;
    await rig.pass(HEARTBEAT_MS);
    expect(await rig.alive()).toEqual(["reconcile"]);
    await rig.stop();
    expect(rig.failures).toEqual([DOWN]);
  });

  it("stops also if it cannot remove its row", async () => {
    const rig = await startProcess();
    await rig.pass(HEARTBEAT_MS);
    rig.isDown = true;
    await rig.stop();
    expect(rig.failures).toEqual([DOWN]);
  });

  it.each<[string, readonly Role[], number]>([
    ["that reconciles alerts people when it cannot use the database for long", ["poll", "reconcile"], 1],
    ["that does not reconcile leaves that to others", ["http", "poll"], 0],
  ])("%s", async (_which, roles, alerts) => {
    const rig = await startProcess(roles);
    rig.isDown = true;
    await rig.pass(HOUR_MS);
    expect(rig.sent).toHaveLength(alerts);
    await rig.stop();
  });
});
