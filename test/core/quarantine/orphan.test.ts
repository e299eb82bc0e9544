import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destinationFor, type Orphan, orphanedSince, type OrphanState, transitionOrphan } from "../../../src/core/quarantine/orphan.ts";
import { buildExport } from "../../factories/build-export.ts";
import { buildOrphan, buildWfmStatus } from "../../factories/build-orphan.ts";
import { FAILURES } from "../../factories/failure-samples.ts";

const HOUR_MS = 3_600_000;
const NOW = new Date("2026-11-23T08:00:00.000Z");
const hoursFromNow = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);

function since(lastStatusChange: Date | null, serverTime: Date | null = NOW) {
  return orphanedSince(buildWfmStatus({ lastStatusChange }), { observedAt: NOW, serverTime });
}

describe("the completion of an orphan", () => {
  it.each<[string, Date | null, Date | null, number]>([
    ["is what the server says", hoursFromNow(-3), NOW, -3],
    ["may be the time of the poll itself", NOW, NOW, 0],
    ["is converted from the server's clock", hoursFromNow(2), hoursFromNow(5), -3],
    ["is what the server says, even if the server does not send its time", hoursFromNow(-3), null, -3],
    ["is assumed to be 23 hours ago if the server does not say it", null, NOW, -23],
    ["is assumed to be 23 hours ago if it lies in the future", hoursFromNow(0.001), NOW, -23],
    ["is assumed to be 23 hours ago if WFM would have deleted the result by then", hoursFromNow(-49), NOW, -23],
    ["is assumed to be 23 hours ago if it was exactly two days ago", hoursFromNow(-48), NOW, -23],
    ["may be almost two days ago", hoursFromNow(-47.9), NOW, -47.9],
  ])("%s", (_what, lastStatusChange, serverTime, hours) => {
    const completedAt = hoursFromNow(hours);
    expect(since(lastStatusChange, serverTime)).toEqual({ completedAt, deadline: new Date(completedAt.getTime() + 24 * HOUR_MS) });
  });

  it("never lies in the future, and leaves an hour if the server's time is not plausible", () => {
    const time = fc.date({ min: hoursFromNow(-100), max: hoursFromNow(100), noInvalidDate: true });
    fc.assert(
      fc.property(fc.option(time), fc.option(time), (lastStatusChange, serverTime) => {
        const { completedAt, deadline } = since(lastStatusChange, serverTime);
        expect(completedAt <= NOW).toBe(true);
        const said = lastStatusChange && lastStatusChange.getTime() - ((serverTime?.getTime() ?? NOW.getTime()) - NOW.getTime());
        const isPlausible = said !== null && said <= NOW.getTime() && said > hoursFromNow(-48).getTime();
        expect(deadline.getTime()).toBe(isPlausible ? said + 24 * HOUR_MS : hoursFromNow(1).getTime());
      }),
    );
  });
});

const STATES: Readonly<Record<OrphanState["state"], OrphanState>> = {
  found: { state: "found", failedAttempts: 1, notBefore: NOW, lastFailure: FAILURES["body-cut"] },
  copying: { state: "copying", failedAttempts: 1, fencingToken: "t", leaseUntil: NOW },
  quarantined: {
    state: "quarantined",
    copy: {
      key: "_quarantine/acme/x.json.gz",
      uri: "s3://lake/_quarantine/acme/x.json.gz",
      bytes: 10,
      sha256: "a".repeat(64),
      mediaType: "application/json",
      encoding: "gzip",
      quarantinedAt: NOW,
    },
  },
  gone: { state: "gone", goneAt: NOW, failure: FAILURES["job-unknown"] },
};

const LEGAL = new Set(["found to copying", "copying to found", "copying to quarantined", "copying to gone"]);

describe("a transition of an orphan", () => {
  const { state: _, failedAttempts: __, notBefore: ___, lastFailure: ____, ...facts } = buildOrphan({ version: 3 });
  const pairs = Object.values(STATES).flatMap((from) => Object.values(STATES).map((to) => ({ from, to })));
  const isLegal = ({ from, to }: (typeof pairs)[number]) => LEGAL.has(`${from.state} to ${to.state}`);

  it.each(pairs.filter(isLegal))(
    "from $from.state to $to.state counts the version, and leaves only the data of the new state",
    ({ from, to }) => {
      const before: Orphan = { ...facts, ...from };
      expect(transitionOrphan(before, to)).toEqual({ ...facts, version: 4, ...to });
    },
  );

  it.each(pairs.filter((pair) => !isLegal(pair)))("from $from.state to $to.state is refused, and both states are named", ({ from, to }) => {
    const message = `orphan ${facts.id} cannot go from ${from.state} to ${to.state}`;
    expect(() => transitionOrphan({ ...facts, ...from }, to)).toThrow(message);
  });
});

describe("the destination of an orphan's result", () => {
  const orphan = buildOrphan({ connection: "acme", status: buildWfmStatus({ exporterType: "mu-results" }) });
  const first = buildExport({ exporter: "agent-info", destination: "first" });
  const alike = buildExport({ exporter: "mu-results", destination: "alike" });
  const elsewhere = buildExport({ exporter: "mu-results", destination: "elsewhere", connection: "other" });

  it.each([
    ["is that of an export with the same exporter", [first, alike], "alike"],
    ["is that of the connection's first export otherwise", [elsewhere, first], "first"],
    ["is unknown when the connection has no export", [elsewhere], null],
    ["is unknown without exports", [], null],
  ])("%s", (_what, exports, destination) => {
    expect(destinationFor(orphan, exports)).toBe(destination);
  });

  it("is that of the connection's first export when the server does not say the exporter", () => {
    const unnamed = buildOrphan({ status: buildWfmStatus({ exporterType: null }) });
    expect(destinationFor(unnamed, [first, alike])).toBe("first");
  });
});
