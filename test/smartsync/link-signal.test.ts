import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../src/simulator/create-simulator.ts";
import { createClient, expectValue } from "./fixture.ts";

describe("a signal that outlives its requests", () => {
  it("has no listener left after a request", async () => {
    const simulator = createSimulator({ users: [{ customerId: 1, userName: "testuser", password: "pass-canary-5ec&ret" }] });
    const client = createClient(await simulator.listen());
    const { signal } = new AbortController();
    try {
      for (let request = 0; request < 5; request += 1) expectValue(await client.listJobs(signal));
      expect(getEventListeners(signal, "abort")).toHaveLength(0);
    } finally {
      await simulator.close();
    }
  });
});
