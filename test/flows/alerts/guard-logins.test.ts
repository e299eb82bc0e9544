import { expect, it } from "vitest";
import type { Event } from "../../../src/core/events/event.ts";
import { guardLoginByHand, guardLogins } from "../../../src/flows/alerts/guard-logins.ts";
import { buildConnection } from "../../factories/build-export.ts";
import { createManualClock } from "../../fakes/manual-clock.ts";
import { createMemoryRepositories } from "../../fakes/memory-repositories.ts";

async function createGates() {
  const repositories = createMemoryRepositories();
  await repositories.exports.sync([buildConnection()], []);
  const events: Event[] = [];
  const ports = { repositories, emit: (event: Event) => void events.push(event), clock: createManualClock() };
  return { repositories, events, gate: guardLogins(ports, "acme"), byHand: guardLoginByHand(ports, "acme") };
}

it("three refused logins in a row stop a connection, and one alert says so", async () => {
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
    { event: "alert.raised", body: { kind: "connection-stopped", connection: "acme" } },
  ]);
});

it("an accepted login resets the count", async () => {
  const { gate } = await createGates();
  for (const outcome of ["refused", "refused", "accepted", "refused", "refused"] as const) await gate.report(outcome);
  expect(await gate.mayLogIn()).toBe(true);
});

it("an operator's login is always tried, and starts the connection again when it is accepted", async () => {
  const { gate, byHand } = await createGates();
  for (let nth = 0; nth < 3; nth += 1) await gate.report("refused");
  expect(await byHand.mayLogIn()).toBe(true);
  await byHand.report("refused");
  expect(await gate.mayLogIn()).toBe(false);
  await byHand.report("accepted");
  expect(await gate.mayLogIn()).toBe(true);
});

it("a changed login in the configuration starts the connection again", async () => {
  const { gate, repositories } = await createGates();
  for (let nth = 0; nth < 3; nth += 1) await gate.report("refused");
  await repositories.exports.sync([buildConnection({ loginVersion: "2" })], []);
  expect(await gate.mayLogIn()).toBe(true);
});
