import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import type { WorkRole } from "../../src/core/base/role.ts";
import type { WakeUp, WakeUps } from "../../src/core/ports/wake-up.ts";
import { type Inbox, createInbox } from "./inbox.ts";

export interface Receiver {
  close(graceMs: number): Promise<void>;
}

/** One implementation of `WakeUps`, empty at first, and how a process receives them. */
export interface WakeUpsRig {
  readonly wakeUps: WakeUps;
  receive(roles: readonly WorkRole[], onWakeUp: (role: WorkRole, id: string | null) => Promise<void>): Receiver;
  /** Loses all wake-ups, as FLUSHALL does. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const ROLES: readonly WorkRole[] = ["schedule", "submit", "poll", "archive", "reconcile"];

/** What every implementation of `WakeUps` does, including the fake. */
export function wakeUpsContract(openRig: () => Promise<WakeUpsRig>): void {
  let rig: WakeUpsRig;
  let inbox: Inbox<WakeUp>;

  beforeEach(async () => {
    rig = await openRig();
    inbox = createInbox();
  });

  afterEach(() => rig.close());

  function receive(roles: readonly WorkRole[] = ROLES): Receiver {
    const receiver = rig.receive(roles, async (role, id) => inbox.put({ role, id }));
    onTestFinished(() => receiver.close(0));
    return receiver;
  }

  it("delivers each wake-up to its role, with the row that it is about", async () => {
    const sent = ROLES.flatMap((role): WakeUp[] => [
      { role, id: null },
      { role, id: `${role}: é "1"` },
    ]);
    receive();
    for (const wakeUp of sent) rig.wakeUps.send([wakeUp]);
    expect(await inbox.takeMany(sent.length)).toEqual(expect.arrayContaining(sent));
    expect(inbox.size).toBe(0);
  });

  it("delivers many wake-ups that are sent at once", async () => {
    const sent = Array.from({ length: 200 }, (_, index): WakeUp => ({ role: ROLES[index % 2]!, id: String(index) }));
    receive();
    rig.wakeUps.send([]);
    rig.wakeUps.send(sent);
    const received = await inbox.takeMany(sent.length);
    expect(received).toEqual(expect.arrayContaining(sent));
  });

  it("delivers a wake-up that was sent before a process received any", async () => {
    const wakeUp = { role: "submit", id: "one" } as const;
    rig.wakeUps.send([wakeUp]);
    receive();
    expect(await inbox.take()).toEqual(wakeUp);
  });

  it("delivers a delayed wake-up after one that was sent later without a delay", async () => {
    const [delayed, immediate] = [{ role: "poll", id: "delayed" } as const, { role: "poll", id: "immediate" } as const];
    receive();
    // Long enough to send and receive the second one meanwhile, also on a busy machine.
    rig.wakeUps.send([delayed], { delayMs: 5000 });
    rig.wakeUps.send([immediate]);
    expect(await inbox.takeMany(2)).toEqual([immediate, delayed]);
  });

  it("keeps wake-ups of other roles for the processes that have these roles", async () => {
    const [submit, archive] = [{ role: "submit", id: "one" } as const, { role: "archive", id: "two" } as const];
    receive(["archive"]);
    rig.wakeUps.send([submit]);
    rig.wakeUps.send([archive]);
    expect(await inbox.take()).toEqual(archive);
    receive(["submit"]);
    expect(await inbox.take()).toEqual(submit);
  });

  it("delivers what is sent after all wake-ups were lost", async () => {
    const [before, later] = [{ role: "submit", id: "before" } as const, { role: "submit", id: "later" } as const];
    receive();
    rig.wakeUps.send([before]);
    await inbox.take();
    rig.wakeUps.send([{ role: "submit", id: "lost" }], { delayMs: 3_600_000 });
    await rig.flush();
    rig.wakeUps.send([later]);
    expect(await inbox.take()).toEqual(later);
  });
}
