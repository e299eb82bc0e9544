import { beforeEach, expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { type Orphan, transitionOrphan } from "../../src/core/quarantine/orphan.ts";
import { buildJobId } from "../factories/build-job.ts";
import { buildOrphan } from "../factories/build-orphan.ts";
import { NOW, after, atOnce, idsOf, seedConfiguration } from "./seed.ts";

const COPY = {
  key: "_quarantine/acme/x.json.gz",
  uri: "s3://lake/_quarantine/acme/x.json.gz",
  bytes: 5_000_000_000,
  sha256: "a".repeat(64),
  mediaType: "application/json",
  encoding: "gzip",
  quarantinedAt: NOW,
} as const;

const FAILURE = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;

function claim(orphan: Orphan, leaseUntil = after(60_000)): Orphan {
  const failedAttempts = orphan.state === "found" ? orphan.failedAttempts : 0;
  return transitionOrphan(orphan, { state: "copying", failedAttempts, fencingToken: "t", leaseUntil });
}

export function orphanTests(given: () => Repositories): void {
  beforeEach(() => seedConfiguration(given()));
  const found = (connections: readonly string[], now = NOW) => given().orphans.listFound({ connections, now, limit: 10 });
  const copying = () => given().orphans.listExpiredLeases(after(1_000_000), 10);

  it("stores every member of an orphan that was found, claimed and released", async () => {
    const { orphans } = given();
    const orphan: Orphan = buildOrphan();
    await orphans.add(orphan);
    expect(await found(["acme"])).toEqual([orphan]);
    const claimed = claim(orphan);
    expect(await orphans.transition(orphan, claimed)).toBe(true);
    expect(await found(["acme"])).toEqual([]);
    expect(await copying()).toEqual([claimed]);
    const released = transitionOrphan(claimed, { state: "found", failedAttempts: 1, notBefore: after(5000), lastFailure: FAILURE });
    expect(await orphans.transition(claimed, released)).toBe(true);
    expect(await copying()).toEqual([]);
    expect(await found(["acme"], after(4999))).toEqual([]);
    expect(await found(["acme"], after(5000))).toEqual([released]);
  });

  it.each([
    ["quarantined", { state: "quarantined", copy: COPY }],
    ["gone", { state: "gone", goneAt: NOW, failure: { reason: "job-unknown", jobId: "9b2fe7bb" } }],
  ] as const)("offers an orphan that is %s to no worker, and still knows it", async (_state, end) => {
    const { orphans } = given();
    const orphan = buildOrphan();
    const claimed = claim(orphan);
    await orphans.add(orphan);
    await orphans.transition(orphan, claimed);
    expect(await orphans.transition(claimed, transitionOrphan(claimed, end))).toBe(true);
    expect(await orphans.transition(claimed, transitionOrphan(claimed, end))).toBe(false);
    expect(await found(["acme"], after(1_000_000))).toEqual([]);
    expect(await copying()).toEqual([]);
    expect(await orphans.extendLease(orphan.id, "t", after(90_000))).toBe(false);
    expect(await orphans.known("acme", [orphan.jobId])).toEqual(new Set([orphan.jobId]));
  });

  it("records a job of the server once for each connection", async () => {
    const { orphans } = given();
    const jobId = buildJobId();
    const added = await atOnce(8, () => orphans.add(buildOrphan({ jobId })));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await orphans.add(buildOrphan({ jobId, connection: "other" }))).toBe(true);
    expect(await orphans.known("acme", [jobId, buildJobId()])).toEqual(new Set([jobId]));
    expect(await orphans.known("acme", [])).toEqual(new Set());
  });

  it("lists the orphans of the given connections that may be copied now, the earliest deadline first", async () => {
    const { orphans } = given();
    const late = buildOrphan({ deadline: after(9000) });
    const urgent = buildOrphan({ deadline: after(10) });
    const other = buildOrphan({ connection: "other" });
    const postponed = buildOrphan({ deadline: after(20) });
    for (const orphan of [late, urgent, other, postponed]) await orphans.add(orphan);
    const claimed = claim(postponed);
    await orphans.transition(postponed, claimed);
    const released = transitionOrphan(claimed, { state: "found", failedAttempts: 1, notBefore: after(500), lastFailure: FAILURE });
    await orphans.transition(claimed, released);
    expect(idsOf(await found(["acme"]))).toEqual([urgent.id, late.id]);
    expect(idsOf(await found(["acme", "other"], after(500)))).toEqual([urgent.id, postponed.id, late.id, other.id]);
    expect(idsOf(await orphans.listFound({ connections: ["acme"], now: NOW, limit: 1 }))).toEqual([urgent.id]);
    expect(await found([])).toEqual([]);
  });

  it("lets one of 16 workers claim an orphan, and lists it when the lease has expired", async () => {
    const { orphans } = given();
    const orphan = buildOrphan();
    await orphans.add(orphan);
    const claims = await atOnce(16, () => orphans.transition(orphan, claim(orphan)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await orphans.extendLease(orphan.id, "another", after(90_000))).toBe(false);
    expect(await orphans.extendLease(orphan.id, "t", after(90_000))).toBe(true);
    expect(await orphans.listExpiredLeases(after(89_999), 10)).toEqual([]);
    expect(idsOf(await orphans.listExpiredLeases(after(90_000), 10))).toEqual([orphan.id]);
  });

  it("stores texts of the server that PostgreSQL cannot store as they are", async () => {
    const orphan = buildOrphan();
    const status = { ...orphan.status, errorDetails: "broken \0 at \uD800 é" };
    expect(await given().orphans.add({ ...orphan, status })).toBe(true);
    expect(idsOf(await found(["acme"]))).toEqual([orphan.id]);
  });
}
