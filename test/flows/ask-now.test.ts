import { expect, it } from "vitest";
import { MINUTE_MS } from "../../src/core/clock.ts";
import type { Failure } from "../../src/core/failure.ts";
import { type Outage, passageOf, type System } from "../../src/core/outage.ts";
import { askNow } from "../../src/flows/ask-now.ts";
import { createManualClock } from "../fakes/manual-clock.ts";
import { createMemoryStores } from "../fakes/memory-stores.ts";

const REFUSED: Failure = { reason: "login-rejected", target: "https://wfm", detail: "Unauthorized" };
const BUSY: Failure = { reason: "rate-limited", target: "https://wfm", retryAfterMs: 60_000 };

it.each<[string, System, Failure, "due" | "closed"]>([
  ["a connection that refused the login", { kind: "connection", name: "acme" }, REFUSED, "due"],
  ["a destination whose bucket was missing", { kind: "destination", name: "lake" }, { reason: "bucket-missing", target: "s3://x" }, "due"],
  ["a connection that asked to wait", { kind: "connection", name: "acme" }, BUSY, "closed"],
  ["a connection that tells no time to wait", { kind: "connection", name: "acme" }, { ...BUSY, retryAfterMs: null }, "due"],
  ["another connection", { kind: "connection", name: "globex" }, REFUSED, "closed"],
  ["a destination with the connection's name", { kind: "destination", name: "acme" }, REFUSED, "closed"],
])("whoever asks by hand asks at once, but for what bids to wait: %s", async (_which, system, lastFailure, passage) => {
  const clock = createManualClock();
  const stores = createMemoryStores({ now: () => clock.now() });
  const since = clock.now();
  const outage: Outage = { system, since, failures: 3, retryAt: new Date(since.getTime() + 5 * MINUTE_MS), lastFailure };
  await stores.outages.put(outage);
  await askNow({ stores, clock }, [{ connection: "acme", destination: "lake" }]);
  const [after] = await stores.outages.list();
  expect(passageOf([after!], system, clock.now())).toBe(passage);
  expect(after).toMatchObject({ since, failures: 3, lastFailure });
});
