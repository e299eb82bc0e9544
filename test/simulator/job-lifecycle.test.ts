import { expect, test } from "vitest";
import { createSimulatorClock } from "../../src/simulator/simulator-clock.ts";
import { logIn, openSimulator, validRequest, type LoggedInClient } from "./plain-client.ts";

const HOUR_MS = 3_600_000;
const REQUEST = validRequest("mu-results", "JSON");

async function statuses(client: LoggedInClient): Promise<string[]> {
  return (await client.list()).map((job) => job.status);
}

test("jobs wait, run and complete in the order of submission", async () => {
  const { simulator, client } = await openSimulator({ maxRunning: 2, runMs: 1_000 });
  for (let job = 0; job < 5; job += 1) await client.submitJob("mu-results", REQUEST);
  expect(await statuses(client)).toEqual(["RUNNING", "RUNNING", "WAITING", "WAITING", "WAITING"]);
  simulator.advance(1_000);
  expect(await statuses(client)).toEqual(["COMPLETED_SUCCESFULLY", "COMPLETED_SUCCESFULLY", "RUNNING", "RUNNING", "WAITING"]);
  simulator.advance(2_000);
  expect(new Set(await statuses(client))).toEqual(new Set(["COMPLETED_SUCCESFULLY"]));
  await simulator.close();
});

test("at most maxRunning jobs run, whenever they are submitted", async () => {
  const { simulator, client } = await openSimulator({ maxRunning: 3 });
  for (let step = 0; step < 60; step += 1) {
    if (step < 30) await client.submitJob("mu-results", REQUEST);
    const states = simulator.jobs().map((job) => job.state);
    const running = states.filter((state) => state === "running").length;
    expect(running).toBeLessThanOrEqual(3);
    // A job waits only while maxRunning jobs are running.
    expect(states.includes("waiting") && running < 3).toBe(false);
    simulator.advance(137);
  }
  await simulator.close();
});

test("a job that is not finished has no totals, and its result is answered with 206", async () => {
  const { simulator, client } = await openSimulator({ runMs: 1_000 });
  const jobId = await client.submitJob("mu-results", REQUEST);
  const status = await client.status(jobId);
  const result = await client.result(jobId);
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
  expect((await client.status(jobId)).lastStatusChange).toBe("2026-11-24T00:00:01.000Z");
  await simulator.close();
});

test("a result is kept for 24 hours after completion, and its job is listed for 48", async () => {
  const { simulator, url, client } = await openSimulator({ runMs: 1_000 });
  const jobId = await client.submitJob("mu-results", REQUEST);
  simulator.advance(24 * HOUR_MS + 999);
  // The first session has expired by now.
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

test("simulated time runs faster by the given factor", () => {
  let real = 1_000_000;
  const clock = createSimulatorClock(3_600, () => real);
  real += 24_000;
  expect(clock.now()).toBe(1_000_000 + 24 * HOUR_MS);
  clock.advance(500);
  expect(clock.now()).toBe(1_000_500 + 24 * HOUR_MS);
});

test("the Date header contains simulated time", async () => {
  const { simulator, client } = await openSimulator();
  simulator.advance(HOUR_MS / 4);
  expect((await client.api("exporters/v1/status")).headers.date).toBe("Tue, 24 Nov 2026 00:15:00 GMT");
  await simulator.close();
});
