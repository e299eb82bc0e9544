import { expect, it } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { guardLoginByHand, guardLogins } from "../../src/flows/guard-logins.ts";
import { buildConnection } from "../factories/build-export.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";

async function createGates() {
  const stores = createMemoryStores();
  await stores.exports.sync([buildConnection()], []);
  const events: Event[] = [];
  const ports = { stores, emit: (event: Event) => void events.push(event), clock: createManualClock() };
  return { stores, events, gate: guardLogins(ports, "acme"), byHand: guardLoginByHand(ports, "acme") };
}

it("stops a connection after three refused logins in a row, and says so once", async () => {
  const { gate, events } = await createGates();
  for (const nth of [1, 2, 3]) {
    expect(await gate.mayLogIn()).toBe(true);
    expect(events).toEqual([]);
    await gate.report("refused");
    if (nth < 3) expect(events).toEqual([]);
  }
  expect(await gate.mayLogIn()).toBe(false);
  await gate.report("refused");
  expect(events).toMatchObject([
    { event: "connection.stopped", connection: "acme" },
    { event: "alarm.raised", news: { kind: "connection-stopped", connection: "acme" } },
  ]);
});

it("begins to count again after an accepted login", async () => {
  const { gate } = await createGates();
  for (const outcome of ["refused", "refused", "accepted", "refused", "refused"] as const) await gate.report(outcome);
  expect(await gate.mayLogIn()).toBe(true);
});

it("lets an operator's login through, and goes on once it is accepted", async () => {
  const { gate, byHand } = await createGates();
  for (let nth = 0; nth < 3; nth += 1) await gate.report("refused");
  expect(await byHand.mayLogIn()).toBe(true);
  await byHand.report("refused");
  expect(await gate.mayLogIn()).toBe(false);
  await byHand.report("accepted");
  expect(await gate.mayLogIn()).toBe(true);
});

it("goes on when the connection is configured otherwise", async () => {
  const { gate, stores } = await createGates();
  for (let nth = 0; nth < 3; nth += 1) await gate.report("refused");
  await stores.exports.sync([buildConnection({ loginVersion: "2" })], []);
  expect(await gate.mayLogIn()).toBe(true);
});
