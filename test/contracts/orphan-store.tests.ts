import { beforeEach, expect, it } from "vitest";
import { type Orphan, moveOrphan } from "../../src/core/orphan.ts";
import type { Stores } from "../../src/core/stores.ts";
import { buildVendorJobId } from "../factories/build-job.ts";
import { buildOrphan } from "../factories/build-orphan.ts";
import { NOW, after, idsOf, seedConfiguration } from "./seed.ts";

const COPY = {
  key: "_rescued/acme/x.json.gz",
  uri: "s3://lake/_rescued/acme/x.json.gz",
  bytes: 5_000_000_000,
  sha256: "a".repeat(64),
  mediaType: "application/json",
  encoding: "gzip",
  rescuedAt: NOW,
} as const;

const FAILURE = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;

export function orphanTests(given: () => Stores): void {
  beforeEach(() => seedConfiguration(given()));
  const found = (connections: readonly string[], now = NOW) => given().orphans.listFound({ connections, now, limit: 10 });

  it("gives back every state as it was stored", async () => {
    const { orphans } = given();
    const orphan: Orphan = buildOrphan();
    await orphans.add(orphan);
    expect(await orphans.list(10)).toEqual([orphan]);
    const rescuing = moveOrphan(orphan, { state: "rescuing", attempt: 0, token: "t", leaseUntil: after(60_000) });
    expect(await orphans.move(orphan, rescuing)).toBe(true);
    expect(await orphans.list(10)).toEqual([rescuing]);
    const again = moveOrphan(rescuing, { state: "found", attempt: 1, notBefore: after(5000), lastFailure: FAILURE });
    await orphans.move(rescuing, again);
    expect(await orphans.list(10)).toEqual([again]);
    const twice = moveOrphan(again, { state: "rescuing", attempt: 1, token: "u", leaseUntil: after(60_000) });
    await orphans.move(again, twice);
    const rescued = moveOrphan(twice, { state: "rescued", copy: COPY });
    await orphans.move(twice, rescued);
    expect(await orphans.list(10)).toEqual([rescued]);
  });

  it("remembers one that was gone", async () => {
    const { orphans } = given();
    const orphan = buildOrphan();
    const rescuing = moveOrphan(orphan, { state: "rescuing", attempt: 0, token: "t", leaseUntil: after(1) });
    const gone = moveOrphan(rescuing, { state: "gone", goneAt: NOW, failure: { reason: "job-unknown", vendorJobId: orphan.vendorJobId } });
    await orphans.add(orphan);
    await orphans.move(orphan, rescuing);
    await orphans.move(rescuing, gone);
    expect(await orphans.list(10)).toEqual([gone]);
    expect(await found(["acme"])).toEqual([]);
  });

  it("takes a job of the server down once for each connection", async () => {
    const { orphans } = given();
    const vendorJobId = buildVendorJobId();
    const added = await Promise.all(Array.from({ length: 5 }, () => orphans.add(buildOrphan({ vendorJobId }))));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await orphans.add(buildOrphan({ vendorJobId, connection: "other" }))).toBe(true);
    expect(await orphans.known("acme", [vendorJobId, buildVendorJobId()])).toEqual(new Set([vendorJobId]));
  });

  it("lists what may be rescued now, the most urgent first, of the connections asked for", async () => {
    const { orphans } = given();
    const [late, urgent, other, tried] = [
      buildOrphan({ deadline: after(9000) }),
      buildOrphan({ deadline: after(10) }),
      buildOrphan({ connection: "other" }),
      buildOrphan({ deadline: after(20) }),
    ];
    for (const orphan of [late, urgent, other, tried]) await orphans.add(orphan);
    const taken = moveOrphan(tried, { state: "rescuing", attempt: 0, token: "t", leaseUntil: after(1) });
    await orphans.move(tried, taken);
    await orphans.move(taken, moveOrphan(taken, { state: "found", attempt: 1, notBefore: after(500), lastFailure: FAILURE }));
    expect(idsOf(await found(["acme"]))).toEqual([urgent.id, late.id]);
    expect(idsOf(await found(["acme", "other"], after(500)))).toEqual([urgent.id, tried.id, late.id, other.id]);
    expect(await found([])).toEqual([]);
  });

  it("lets one of many take an orphan, and takes it back when its lease runs out", async () => {
    const { orphans } = given();
    const orphan = buildOrphan();
    await orphans.add(orphan);
    const take = () => orphans.move(orphan, moveOrphan(orphan, { state: "rescuing", attempt: 0, token: "t", leaseUntil: after(60_000) }));
    const moves = await Promise.all(Array.from({ length: 5 }, take));
    expect(moves.filter(Boolean)).toHaveLength(1);
    expect(await orphans.extendLease(orphan.id, "another", after(90_000))).toBe(false);
    expect(await orphans.extendLease(orphan.id, "t", after(90_000))).toBe(true);
    expect(await orphans.listExpiredLeases(after(89_999), 10)).toEqual([]);
    expect(idsOf(await orphans.listExpiredLeases(after(90_000), 10))).toEqual([orphan.id]);
  });
}
