import { describe, expect, it } from "vitest";
import type { JobId } from "../../../src/core/base/ids.ts";
import { quarantineNoteSchema } from "../../../src/core/quarantine/quarantine-copy.ts";
import { type Night, createNight, text } from "../../simulated/night.ts";

const HOUR = 3_600_000;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const WRONG = `[{"date":"2026-11-22","muID":101}]`;

const isReady = (night: Night) => night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));
const jobIdOf = (night: Night): JobId => night.wfm.jobs[0]!.id;

/** A result that could not be stored before it was near its deadline. `onQuarantined` is called as soon as its copy is stored. */
async function nearDeadline(onQuarantined: (night: Night) => void = () => undefined): Promise<Night> {
  const night: Night = await createNight({
    intervalMs: 30_000,
    onEvent: ({ event }) => {
      if (event === "result.quarantined") onQuarantined(night);
    },
  });
  night.lake.down = S3_DOWN;
  await isReady(night);
  await night.pass(13 * HOUR);
  night.lake.down = null;
  return night;
}

describe("a result near its deadline", () => {
  it("is quarantined first, byte for byte, with a note that it is not proven", async () => {
    const seen = new Map<string, string>();
    const night = await nearDeadline(({ lake }) => lake.contents.forEach((body, key) => seen.set(key, text(body))));
    await night.untilFinished();
    const id = jobIdOf(night);
    expect([...seen.keys()].sort()).toEqual([`_quarantine/acme/${id}.about.json`, `_quarantine/acme/${id}.json`]);
    expect(JSON.parse(seen.get(`_quarantine/acme/${id}.json`)!)).toEqual(night.wfm.rowsOf(night.wfm.jobs[0]!.request));
    const note = quarantineNoteSchema.parse(JSON.parse(seen.get(`_quarantine/acme/${id}.about.json`)!));
    expect(note).toMatchObject({ proven: false, jobId: id, run: { export: "schedules", from: "2026-11-22" }, status: { records: 3 } });
  });

  it("is proven and published from its copy, without WFM, and the copy is removed", async () => {
    const night = await nearDeadline(({ wfm }) => {
      wfm.down = { reason: "unreachable", target: "https://wfm.example", detail: "gone" };
    });
    const opened = night.wfm.calls.openResult;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.wfm.calls.openResult - opened).toBe(1);
    expect([...night.lake.contents.keys()].map((key) => key.split("/").at(-1) ?? "").sort()).toEqual([
      "_SUCCESS",
      "_manifest.json",
      "part-000.json.gz",
    ]);
  });

  it("is archived although WFM deletes it before it is published", async () => {
    const night = await nearDeadline((one) => {
      one.wfm.forget(jobIdOf(one));
      one.lake.failNext("put", S3_DOWN);
    });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("is fetched again from WFM if its copy turns out to be wrong", async () => {
    const night = await nearDeadline();
    const opened = night.wfm.calls.openResult;
    night.wfm.next("openResult", { kind: "alter-body", text: WRONG });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.events.filter((event) => event.event === "job.transitioned" && event.by === "copy-rejected")).toMatchObject([
      { failure: { reason: "records-differ" } },
    ]);
    expect(night.wfm.calls.openResult - opened).toBe(2);
  });

  it("is fetched again from WFM if its copy is gone", async () => {
    let copies = 0;
    const night = await nearDeadline(({ lake }) => void (copies++ === 0 && lake.contents.clear()));
    await night.untilFinished();
    expect(copies).toBeGreaterThan(0);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });
});
