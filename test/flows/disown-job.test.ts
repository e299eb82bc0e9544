import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ExportRequest } from "../../src/core/export-request.ts";
import type { SmartSync } from "../../src/core/smartsync.ts";
import { createNight, type Night, text } from "./night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection reset" } as const;
const KEY = "schedules/date=2026-11-22/part-000.json.gz";

/** The first `times` POSTs never arrive, and right after the first of them a stranger submits such a job. */
function loseSubmits(night: Night, times: number, strange: Partial<ExportRequest>): void {
  const { submit } = night.wfm.client;
  let lost = 0;
  const losing: SmartSync["submit"] = async (exporter, request, signal) => {
    if (lost >= times) return await submit(exporter, request, signal);
    lost += 1;
    if (lost === 1) night.wfm.addStranger(exporter, { ...request, ...strange });
    return { ok: false, error: { accepted: "unknown", failure: UNREACHABLE } };
  };
  Object.assign(night.wfm.client, { submit: losing });
}

async function eventsOf(night: Night): Promise<string[]> {
  const [job] = await night.jobs();
  return (await night.stores.jobs.history(job!.id)).map(({ event }) => event);
}

describe("a stranger's job that was taken for ours", () => {
  it.each([
    ["fails", { status: "failed", errorDetails: "Internal server error" }],
    ["is canceled", { status: "canceled" }],
    ["is too large", { status: "failed", errorDetails: "Result set is too large" }],
  ] as const)("and then %s ends nothing of ours: what we asked for is submitted again", async (_, end) => {
    const night = await createNight({ wfm: { runMs: 600_000 } });
    loseSubmits(night, 1, { muIds: [999] });
    await night.until(async () => (await night.jobs()).some((job) => "isAdopted" in job && job.isAdopted));
    night.wfm.end(night.wfm.jobs[0]!.id, end);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(await eventsOf(night)).toEqual(expect.arrayContaining(["adopted", "disowned", "accepted", "archived"]));
  });

  it.each([
    ["another date", { startDate: "2026-11-21", endDate: "2026-11-21" }, "date 2026-11-21"],
    ["one date more", { startDate: "2026-11-22", endDate: "2026-11-23" }, "date 2026-11-23"],
    ["another entity", { muIds: [999] }, "muID 999"],
    ["one entity more", { muIds: [101, 102, 103, 104] }, "muID 104"],
  ])("is found out by rows of %s, and what we asked for is submitted again", async (_, strange, found) => {
    const night = await createNight();
    loseSubmits(night, 1, strange);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    const [stranger, ours, ...others] = night.wfm.jobs;
    expect(others).toEqual([]);
    const [job] = await night.jobs();
    expect(job).toMatchObject({ state: "archived", vendorJobId: ours!.id, isAdopted: false });
    const stored: unknown = JSON.parse(gunzipSync(night.lake.contents.get(KEY)!).toString());
    expect(stored).toEqual(night.wfm.rowsOf(job!.request));
    expect(text(night.lake.contents.get("schedules/date=2026-11-22/_manifest.json"))).toContain(ours!.id);
    expect(await eventsOf(night)).toEqual(expect.arrayContaining(["adopted", "disowned", "accepted", "archived"]));
    expect(night.events).toContainEqual(
      expect.objectContaining({ event: "job.moved", by: "disowned", to: "pending", failure: { reason: "foreign-rows", found } }),
    );
    expect(night.lake.uploads.size).toBe(0);
    expect(await night.stores.jobs.claimedVendorIds("acme", [stranger!.id, ours!.id])).toEqual(new Set([ours!.id]));
  });

  it("is replaced at once", async () => {
    const night = await createNight();
    loseSubmits(night, 1, { muIds: [999] });
    await night.untilFinished();
    const [job] = await night.jobs();
    const moves = await night.stores.jobs.history(job!.id);
    const disowned = moves.findIndex(({ event }) => event === "disowned");
    expect(moves[disowned + 1]).toMatchObject({ event: "submit", at: moves[disowned]!.at });
  });

  it("is never adopted again by the same job, however often answers are lost", async () => {
    const night = await createNight();
    loseSubmits(night, 3, { muIds: [999] });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect((await eventsOf(night)).filter((event) => event === "adopted")).toHaveLength(1);
    expect(night.wfm.jobs).toHaveLength(2);
  });

  it("costs nothing when it asked for the same: such rows are what was asked for", async () => {
    const night = await createNight();
    loseSubmits(night, 1, {});
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.jobs).toHaveLength(1);
    expect(await eventsOf(night)).not.toContain("disowned");
  });
});

describe("a job whose id was answered", () => {
  it("is not suspected, whatever its rows", async () => {
    const night = await createNight();
    night.wfm.next("openResult", { kind: "alter-body", text: JSON.stringify([1, 2, 3].map((muID) => ({ muID }))) });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.openResult).toBe(1);
    expect(night.queue.failures).toEqual([]);
  });
});
