import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import type { QueueConnection } from "../../src/bullmq/queue-connection.ts";
import { type AvailabilityReport, createAvailabilityReport } from "../../src/bullmq/report-unavailable.ts";
import { type StartedWorkers, type WorkersOptions, startWorkers } from "../../src/bullmq/start-workers.ts";
import { createWakeUps } from "../../src/bullmq/wake-ups.ts";
import type { WorkRole } from "../../src/core/base/role.ts";
import type { Event } from "../../src/core/events/event.ts";
import type { WakeUp } from "../../src/core/ports/wake-up.ts";
import { type Inbox, createGate, createInbox } from "../contracts/inbox.ts";

/** A server of wake-ups that can be reached or not. */
export interface WorkersRig {
  readonly connection: QueueConnection;
  /** Adds a payload that this program does not send. */
  sendRaw(role: WorkRole, payload: unknown): Promise<void>;
  /** Cuts every connection, and refuses new ones. */
  cutOff(): Promise<void>;
  letIn(): Promise<void>;
  close(): Promise<void>;
}

export const ONE_EACH = { schedule: 1, submit: 1, poll: 1, archive: 1, reconcile: 1 } as const;

const submit = (id: string): WakeUp => ({ role: "submit", id });

/** How workers and senders live with a real server of wake-ups. */
export function workersContract(openRig: () => Promise<WorkersRig>): void {
  let rig: WorkersRig;
  let events: Inbox<Event>;
  let report: AvailabilityReport;
  let wakeUps: ReturnType<typeof createWakeUps>;
  let inbox: Inbox<string | null>;

  beforeEach(async () => {
    rig = await openRig();
    events = createInbox();
    report = createAvailabilityReport((event) => events.put(event));
    wakeUps = createWakeUps(rig.connection, report);
    inbox = createInbox();
  });

  afterEach(async () => {
    await wakeUps.close();
    await rig.close();
  });

  const put = async (_role: WorkRole, id: string | null): Promise<void> => inbox.put(id);

  function start(options: Partial<WorkersOptions> = {}): StartedWorkers {
    const workers = startWorkers({ ...rig.connection, roles: ["submit"], concurrency: ONE_EACH, report, onWakeUp: put, ...options });
    onTestFinished(() => workers.close(0));
    return workers;
  }

  /** Sends until one arrives. Wake-ups that were sent earlier may arrive before it. */
  async function sendUntilReceived(id: string): Promise<void> {
    const received: (string | null)[] = [];
    const send = async (): Promise<typeof received> => {
      wakeUps.send([submit(id)]);
      if (inbox.size > 0) received.push(...(await inbox.takeMany(inbox.size)));
      return received;
    };
    await expect.poll(send, { timeout: 40_000, interval: 50 }).toContain(id);
  }

  it.each([{}, { id: 5 }, { id: "" }, { id: "x".repeat(201) }, [1], "text", 7])(
    "wake the role without a row when the payload is malformed: %j",
    async (payload) => {
      start();
      await rig.sendRaw("submit", payload);
      expect(await inbox.take()).toBeNull();
      expect(events.size).toBe(0);
    },
  );

  it("share the wake-ups of a role", async () => {
    const gate = createGate();
    const receivers = createInbox<string>();
    const receiveAs = (name: string) => async () => {
      receivers.put(name);
      await gate.opened;
    };
    start({ onWakeUp: receiveAs("one") });
    start({ onWakeUp: receiveAs("two") });
    wakeUps.send([submit("1"), submit("2")]);
    expect(new Set(await receivers.takeMany(2))).toEqual(new Set(["one", "two"]));
    expect(receivers.size).toBe(0);
    gate.open();
  });

  it("handle as many wake-ups at once as they may", async () => {
    const gate = createGate();
    const onWakeUp = async (role: WorkRole, id: string | null): Promise<void> => {
      if (role === "submit") inbox.put(id);
      if (role === "submit") await gate.opened;
      else inbox.put("poll");
    };
    start({ roles: ["submit", "poll"], concurrency: { ...ONE_EACH, submit: 3 }, onWakeUp });
    wakeUps.send(["1", "2", "3", "4"].map(submit));
    await inbox.takeMany(3);
    // Many round trips, in which a fourth one would have arrived.
    for (let count = 0; count < 30; count += 1) {
      wakeUps.send([{ role: "poll", id: null }]);
      expect(await inbox.take()).toBe("poll");
    }
    gate.open();
    await inbox.take();
  });

  it("finish the wake-up that they handle before they close", async () => {
    const gate = createGate();
    const steps: string[] = [];
    const onWakeUp = async (_role: WorkRole, id: string | null): Promise<void> => {
      inbox.put(id);
      await gate.opened;
      steps.push("handled");
    };
    const workers = start({ onWakeUp });
    wakeUps.send([submit("1")]);
    await inbox.take();
    const closing = workers.close(20_000).then(() => steps.push("closed"));
    // Many round trips, in which workers that do not wait would have closed.
    start({ roles: ["poll"] });
    for (let count = 0; count < 30; count += 1) {
      wakeUps.send([{ role: "poll", id: null }]);
      await inbox.take();
    }
    gate.open();
    await closing;
    expect(steps).toEqual(["handled", "closed"]);
    start();
    wakeUps.send([submit("2")]);
    expect(await inbox.take()).toBe("2");
  });

  it("close after the grace period although a handler hangs", async () => {
    const onWakeUp = async (_role: WorkRole, id: string | null): Promise<void> => {
      inbox.put(id);
      await new Promise(() => undefined);
    };
    const workers = start({ roles: ["submit", "reconcile"], onWakeUp });
    wakeUps.send([submit("1")]);
    await inbox.take();
    const before = performance.now();
    await workers.close(200);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it("receive the wake-ups of a worker that died while it handled them", async () => {
    // The lock of a dead worker expires after one second instead of ten.
    const speed = 10;
    const onWakeUp = async (_role: WorkRole, id: string | null): Promise<void> => {
      inbox.put(id);
      await new Promise(() => undefined);
    };
    const dying = start({ speed, onWakeUp });
    wakeUps.send([submit("1")]);
    await inbox.take();
    await dying.close(0);
    start({ speed });
    expect(await inbox.take()).toBe("1");
  });

  it("do not receive the wake-ups of a program with another prefix", async () => {
    const other = createWakeUps({ ...rig.connection, prefix: `${rig.connection.prefix}-other` }, report);
    onTestFinished(() => other.close());
    start();
    other.send([submit("other")]);
    await other.close();
    wakeUps.send([submit("own")]);
    expect(await inbox.take()).toBe("own");
    expect(inbox.size).toBe(0);
  });

  it("continue after a time without the server; its unavailability is reported once, and its return once", async () => {
    start();
    wakeUps.send([submit("before")]);
    expect(await inbox.take()).toBe("before");
    await rig.cutOff();
    for (let count = 0; count < 100; count += 1) wakeUps.send([submit("lost")]);
    const unavailable = await events.take();
    expect(unavailable).toMatchObject({
      event: "wake-ups.unavailable",
      detail: expect.stringMatching(/queue of wake-ups does not answer/),
    });
    expect(JSON.stringify(unavailable)).not.toMatch(/:[^@/]+@/);
    await rig.letIn();
    await sendUntilReceived("after");
    expect(await events.take()).toEqual({ event: "wake-ups.available" });
    expect(events.size).toBe(0);
  });

  it("start before the server does", async () => {
    await rig.cutOff();
    start();
    wakeUps.send([submit("lost")]);
    expect(await events.take()).toMatchObject({ event: "wake-ups.unavailable" });
    await rig.letIn();
    await sendUntilReceived("after");
    expect(await events.take()).toEqual({ event: "wake-ups.available" });
    expect(events.size).toBe(0);
  });

  it("close within seconds while the server is away", async () => {
    const workers = start();
    wakeUps.send([submit("before")]);
    await inbox.take();
    await rig.cutOff();
    const before = performance.now();
    await Promise.all([workers.close(200), wakeUps.close()]);
    expect(performance.now() - before).toBeLessThan(7000);
    await rig.letIn();
  });

  it("are sent nothing by a process that has closed, which reports nothing", async () => {
    start();
    await Promise.all([wakeUps.close(), wakeUps.close()]);
    wakeUps.send([submit("late")]);
    const other = createWakeUps(rig.connection, report);
    onTestFinished(() => other.close());
    other.send([submit("on time")]);
    expect(await inbox.take()).toBe("on time");
    expect(events.size).toBe(0);
  });

  it("do not slow down a sender whose server never answers, and report it", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const hostOf = (url: string) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
    const { queueUrl, databaseUrl } = rig.connection;
    const connection = { ...rig.connection, queueUrl: queueUrl && hostOf(queueUrl), databaseUrl: hostOf(databaseUrl) };
    const sender = createWakeUps(connection, report);
    const many = Array.from({ length: 500 }, (_, index) => submit(String(index)));
    const before = performance.now();
    for (let count = 0; count < 50; count += 1) sender.send(many);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await events.take()).toMatchObject({ event: "wake-ups.unavailable" });
    await sender.close();
    expect(performance.now() - before).toBeLessThan(15_000);
    silent.close();
  });

  it("receive thousands of wake-ups", async () => {
    const all = Array.from({ length: 3000 }, (_, index) => submit(String(index)));
    for (let from = 0; from < all.length; from += 1000) wakeUps.send(all.slice(from, from + 1000));
    start({ concurrency: { ...ONE_EACH, submit: 8 } });
    const received = await inbox.takeMany(all.length);
    expect(new Set(received).size).toBe(all.length);
    expect(events.size).toBe(0);
  });
}
