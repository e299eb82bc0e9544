import { expect, it } from "vitest";
import { MINUTE_MS } from "../../../src/core/base/clock.ts";
import type { Failure } from "../../../src/core/base/failure.ts";
import { type Breaker, type BreakerState, type Dependency, breakerState } from "../../../src/core/breakers/circuit-breaker.ts";
import { probeNow } from "../../../src/flows/breakers/probe-now.ts";
import { createManualClock } from "../../fakes/manual-clock.ts";
import { createMemoryRepositories } from "../../fakes/memory-repositories.ts";

const REFUSED: Failure = { reason: "login-rejected", target: "https://wfm", detail: "Unauthorized" };
const BUSY: Failure = { reason: "rate-limited", target: "https://wfm", retryAfterMs: 60_000 };

it.each<[string, BreakerState, Dependency, Failure]>([
  ["a connection that refused the login", "half-open", { kind: "connection", name: "acme" }, REFUSED],
  [
    "a destination whose bucket was missing",
    "half-open",
    { kind: "destination", name: "lake" },
    { reason: "bucket-missing", target: "s3://x" },
  ],
  ["a connection that asked to wait", "open", { kind: "connection", name: "acme" }, BUSY],
  [
    "a connection that asked to wait, and did not say for how long",
    "half-open",
    { kind: "connection", name: "acme" },
    { ...BUSY, retryAfterMs: null },
  ],
  ["another connection", "open", { kind: "connection", name: "globex" }, REFUSED],
  ["a destination with the connection's name", "open", { kind: "destination", name: "acme" }, REFUSED],
])("an operator's command finds the breaker of %s %s", async (_which, state, dependency, lastFailure) => {
  const clock = createManualClock();
  const repositories = createMemoryRepositories({ now: () => clock.now() });
  const since = clock.now();
  const breaker: Breaker = { dependency, since, failures: 3, retryAt: new Date(since.getTime() + 5 * MINUTE_MS), lastFailure };
  await repositories.breakers.put(breaker);
  await probeNow({ repositories, clock }, [{ connection: "acme", destination: "lake" }]);
  const [after] = await repositories.breakers.list();
  expect(breakerState([after!], dependency, clock.now())).toBe(state);
  expect(after).toMatchObject({ since, failures: 3, lastFailure });
});
