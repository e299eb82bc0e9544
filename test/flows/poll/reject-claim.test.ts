import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { findExporter } from "../../../src/core/exporters/built-in-exporters.ts";
import type { ExportRequest } from "../../../src/core/exports/export-request.ts";
import type { SmartSync } from "../../../src/core/ports/smartsync.ts";
import { buildExport } from "../../factories/build-export.ts";
import { type Night, createNight, text } from "../../simulated/night.ts";

const UNREACHABLE = { reason: "unreachable", target: "https://wfm.example", detail: "connection reset" } as const;
const KEY = "raw/schedules/business_date=2026-11-22/part-000.json.gz";

/** The first `times` POSTs never arrive. Right after the first of them another client submits a job like it. */
function loseSubmits(night: Night, times: number, other: Partial<ExportRequest>): void {
  const { submit } = night.wfm.client;
  let lost = 0;
  const losing: SmartSync["submit"] = async (exporter, request, signal) => {
    if (lost >= times) return await submit(exporter, request, signal);
    lost += 1;
    if (lost === 1) night.wfm.addOrphan(exporter, { ...request, ...other });
    return { ok: false, error: { accepted: "unknown", failure: UNREACHABLE } };
  };
  Object.assign(night.wfm.client, { submit: losing });
}

async function eventsOf(night: Night): Promise<string[]> {
  const [job] = await night.jobs();
  return (await night.repositories.jobs.history(job!.id)).map(({ event }) => event);
}

describe("a claimed job that is not ours", () => {
  it.each([
    ["fails", { status: "failed", errorDetails: "Internal server error" }],
    ["is canceled", { status: "canceled" }],
    ["is too large", { status: "failed", errorDetails: "Result set is too large" }],
  ] as const)("and that %s ends no job of ours: our request is submitted again", async (_, end) => {
    const night = await createNight({ wfm: { runMs: 600_000 } });
    loseSubmits(night, 1, { muIds: [999] });
    await night.until(async () => (await night.jobs()).some((job) => "claimedByReconciliation" in job && job.claimedByReconciliation));
    night.wfm.end(night.wfm.jobs[0]!.id, end);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(await eventsOf(night)).toEqual(expect.arrayContaining(["claimed-by-reconciliation", "claim-rejected", "accepted", "archived"]));
  });

  it.each([
    ["another date", { startDate: "2026-11-21", endDate: "2026-11-21" }, "date 2026-11-21"],
    ["one date more", { startDate: "2026-11-22", endDate: "2026-11-23" }, "date 2026-11-23"],
    ["another entity", { muIds: [999] }, "muID 999"],
    ["one entity more", { muIds: [101, 102, 103, 104] }, "muID 104"],
  ])("is found by rows of %s, and our request is submitted again", async (_, other, found) => {
    const night = await createNight();
    loseSubmits(night, 1, other);
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    const [rejected, ours, ...others] = night.wfm.jobs;
    expect(others).toEqual([]);
    const [job] = await night.jobs();
    expect(job).toMatchObject({ state: "archived", jobId: ours!.id, claimedByReconciliation: false });
    const stored: unknown = JSON.parse(gunzipSync(night.lake.contents.get(KEY)!).toString());
    expect(stored).toEqual(night.wfm.rowsOf(job!.request));
    expect(text(night.lake.contents.get("raw/schedules/business_date=2026-11-22/_manifest.json"))).toContain(ours!.id);
    expect(await eventsOf(night)).toEqual(expect.arrayContaining(["claimed-by-reconciliation", "claim-rejected", "accepted", "archived"]));
    expect(night.events).toContainEqual(
      expect.objectContaining({
        event: "job.transitioned",
        by: "claim-rejected",
        to: "pending",
        failure: { reason: "claim-rejected", found },
      }),
    );
    expect(night.lake.uploads.size).toBe(0);
    expect(await night.repositories.jobs.claimedJobIds("acme", [rejected!.id, ours!.id])).toEqual(new Set([ours!.id]));
  });

  it("is replaced at once", async () => {
    const night = await createNight();
    loseSubmits(night, 1, { muIds: [999] });
    await night.untilFinished();
    const [job] = await night.jobs();
    const history = await night.repositories.jobs.history(job!.id);
    const rejected = history.findIndex(({ event }) => event === "claim-rejected");
    expect(history[rejected + 1]).toMatchObject({ event: "submit", at: history[rejected]!.at });
  });

  it("is never claimed again by the same job, however often answers are lost", async () => {
    const night = await createNight();
    loseSubmits(night, 3, { muIds: [999] });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect((await eventsOf(night)).filter((event) => event === "claimed-by-reconciliation")).toHaveLength(1);
    expect(night.wfm.jobs).toHaveLength(2);
  });

  it("is archived if it requested the same, because its rows are what was requested", async () => {
    const night = await createNight();
    loseSubmits(night, 1, {});
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.jobs).toHaveLength(1);
    expect(await eventsOf(night)).not.toContain("claim-rejected");
  });
});

describe("a claimed job of an exporter that is described in the configuration", () => {
  it.each([
    [false, "is not rejected because of its dates", 1],
    [true, "is rejected because of its dates", 2],
  ])("with splitByDate: %s %s", async (isSplitByDate, _what, jobs) => {
    const night = await createNight({ exports: [buildExport({ exporter: "own-report" })] });
    const own = { ...findExporter("agent-schedule-detail")!, slug: "own-report", isSplitByDate };
    Object.assign(night.ports.registry, { findExporter: () => own });
    // The report of one date has rows of the date before, as one that starts at midnight in another time zone.
    loseSubmits(night, 1, { startDate: "2026-11-21", endDate: "2026-11-21" });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.jobs).toHaveLength(jobs);
    expect((await eventsOf(night)).includes("claim-rejected")).toBe(isSplitByDate);
  });

  it("is checked strictly if the configuration no longer has the exporter", async () => {
    const night = await createNight({ exports: [buildExport({ exporter: "own-report" })] });
    loseSubmits(night, 1, { startDate: "2026-11-21", endDate: "2026-11-21" });
    await night.untilFinished();
    expect(night.wfm.jobs).toHaveLength(2);
  });
});

describe("a job whose id was in the answer", () => {
  it("is archived without a check of its rows", async () => {
    const night = await createNight();
    night.wfm.next("openResult", { kind: "alter-body", text: JSON.stringify([1, 2, 3].map((muID) => ({ muID }))) });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.openResult).toBe(1);
  });
});
