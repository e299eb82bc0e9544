import { expect, test } from "vitest";
import { createSimulatorClock } from "../../src/simulator/simulator-clock.ts";
import { logIn, openSimulator, validRequest, type Visitor } from "./plain-client.ts";

const HOUR_MS = 3_600_000;
const REQUEST = validRequest("mu-results", "JSON");

async function words(visitor: Visitor): Promise<string[]> {
  return (await visitor.list()).map((job) => job.status);
}

test("a job waits for a place, runs and completes, and the others follow", async () => {
  const { simulator, visitor } = await openSimulator({ maxRunning: 2, runMs: 1_000 });
  for (let job = 0; job < 5; job += 1) await visitor.submitted("mu-results", REQUEST);
  expect(await words(visitor)).toEqual(["RUNNING", "RUNNING", "WAITING", "WAITING", "WAITING"]);
  simulator.advance(1_000);
  expect(await words(visitor)).toEqual(["COMPLETED_SUCCESFULLY", "COMPLETED_SUCCESFULLY", "RUNNING", "RUNNING", "WAITING"]);
  simulator.advance(2_000);
  expect(new Set(await words(visitor))).toEqual(new Set(["COMPLETED_SUCCESFULLY"]));
  await simulator.close();
});

test("never more jobs run than there are places, whenever they come", async () => {
  const { simulator, visitor } = await openSimulator({ maxRunning: 3 });
  for (let step = 0; step < 60; step += 1) {
    if (step < 30) await visitor.submitted("mu-results", REQUEST);
    const states = simulator.jobs().map((job) => job.state);
    const running = states.filter((state) => state === "running").length;
    expect(running).toBeLessThanOrEqual(3);
    // Nobody waits beside a free place.
    expect(states.includes("waiting") && running < 3).toBe(false);
    simulator.advance(137);
  }
  await simulator.close();
});

test("a job that is not finished has 206 instead of a result, and no totals", async () => {
  const { simulator, visitor } = await openSimulator({ runMs: 1_000 });
  const jobId = await visitor.submitted("mu-results", REQUEST);
  const status = await visitor.status(jobId);
  const result = await visitor.result(jobId);
  expect(status).toEqual({
    jobId,
    status: "RUNNING",
    exporterType: "mu-results",
    lastStatusChange: "2026-11-24T00:00:00.000Z",
    outputFormat: "JSON",
  });
  expect(result.status).toBe(206);
  expect(JSON.parse(result.text)).toEqual({ message: "Your Job isn't completed yet. Try again later", status: 206 });
  simulator.advance(5_000);
  expect((await visitor.status(jobId)).lastStatusChange).toBe("2026-11-24T00:00:01.000Z");
  await simulator.close();
});

test("a result is kept for 24 hours after completion, and its job listed for 48", async () => {
  const { simulator, url, visitor } = await openSimulator({ runMs: 1_000 });
  const jobId = await visitor.submitted("mu-results", REQUEST);
  simulator.advance(24 * HOUR_MS + 999);
  // Sessions do not last as long as results do.
  let later = await logIn(url);
  expect((await later.result(jobId)).status).toBe(200);
  simulator.advance(1);
  expect((await later.result(jobId)).status).toBe(404);
  expect((await later.status(jobId)).status).toBe("COMPLETED_SUCCESFULLY");
  simulator.advance(24 * HOUR_MS - 1);
  later = await logIn(url);
  expect(await later.list()).toHaveLength(1);
  simulator.advance(1);
  expect(await later.list()).toEqual([]);
  expect((await later.api(`exporters/v1/status/${jobId}`)).status).toBe(404);
  expect(simulator.jobs()).toEqual([]);
  await simulator.close();
});

test("the simulated time runs as many times faster as asked", () => {
  let real = 1_000_000;
  const clock = createSimulatorClock(3_600, () => real);
  real += 24_000;
  expect(clock.now()).toBe(1_000_000 + 24 * HOUR_MS);
  clock.advance(500);
  expect(clock.now()).toBe(1_000_500 + 24 * HOUR_MS);
});

test("the server's own clock is in the Date header", async () => {
  const { simulator, visitor } = await openSimulator();
  simulator.advance(HOUR_MS / 4);
  expect((await visitor.api("exporters/v1/status")).headers.date).toBe("Tue, 24 Nov 2026 00:15:00 GMT");
  await simulator.close();
});
