import { describe, expect, it } from "vitest";
import type { VendorJobId } from "../../src/core/ids.ts";
import { rescueNoteSchema } from "../../src/core/rescue.ts";
import { createNight, type Night, text } from "./night.ts";

const HOUR = 3_600_000;
const S3_DOWN = { reason: "storage-unreachable", target: "memory://bucket", detail: "connection refused" } as const;
const WRONG = `[{"date":"2026-11-22","muID":101}]`;

const isReady = (night: Night) => night.until(async () => (await night.jobs()).some(({ state }) => state === "ready"));
const vendorJobIdOf = (night: Night): VendorJobId => night.wfm.jobs[0]!.id;

/** One result that nobody could store before it was in danger. Its copy is shown to `onRescued` as soon as it lies there. */
async function endangered(onRescued: (night: Night) => void = () => undefined): Promise<Night> {
  const night: Night = await createNight({
    beatMs: 30_000,
    onEvent: ({ event }) => {
      if (event === "result.rescued") onRescued(night);
    },
  });
  night.lake.down = S3_DOWN;
  await isReady(night);
  await night.pass(13 * HOUR);
  night.lake.down = null;
  return night;
}

describe("a result in danger", () => {
  it("is stored raw first, as it came, with a note that nobody has proven it", async () => {
    const seen = new Map<string, string>();
    const night = await endangered(({ lake }) => lake.contents.forEach((body, key) => seen.set(key, text(body))));
    await night.untilFinished();
    const id = vendorJobIdOf(night);
    expect([...seen.keys()].sort()).toEqual([`_rescued/acme/${id}.about.json`, `_rescued/acme/${id}.json`]);
    expect(JSON.parse(seen.get(`_rescued/acme/${id}.json`)!)).toEqual(night.wfm.rowsOf(night.wfm.jobs[0]!.request));
    const note = rescueNoteSchema.parse(JSON.parse(seen.get(`_rescued/acme/${id}.about.json`)!));
    expect(note).toMatchObject({ proven: false, jobId: id, run: { export: "schedules", from: "2026-11-22" }, status: { records: 3 } });
  });

  it("is proven and published from there, without WFM, and leaves no copy behind", async () => {
    const night = await endangered(({ wfm }) => {
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

  it("is safe although WFM deletes it before it is published", async () => {
    const night = await endangered((one) => {
      one.wfm.forget(vendorJobIdOf(one));
      one.lake.failNext("put", S3_DOWN);
    });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("whose copy turns out wrong is fetched again from WFM", async () => {
    const night = await endangered();
    const opened = night.wfm.calls.openResult;
    night.wfm.next("openResult", { kind: "alter-body", text: WRONG });
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(night.events.filter((event) => event.event === "job.moved" && event.by === "copy-rejected")).toMatchObject([
      { failure: { reason: "records-differ" } },
    ]);
    expect(night.wfm.calls.openResult - opened).toBe(2);
  });

  it("whose copy is gone is fetched again from WFM", async () => {
    let rescues = 0;
    const night = await endangered(({ lake }) => void (rescues++ === 0 && lake.contents.clear()));
    await night.untilFinished();
    expect(rescues).toBeGreaterThan(0);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("is told of at every level once, with its deadline and what to do", async () => {
    const night = await createNight({ beatMs: 30_000 });
    night.lake.down = S3_DOWN;
    await isReady(night);
    await night.pass(23.5 * HOUR);
    const [found] = await night.runs();
    expect(night.told).toHaveLength(3);
    expect(night.told[0]).toMatch(
      /^schedules 2026-11-22: WFM deletes the result at 2026-11-24T\S+Z \(12 h left, 50 % of its time has passed\)/,
    );
    expect(night.told.every((message) => message.includes(`nightferry show ${found!.run.id}`))).toBe(true);
    expect(night.told.map((message) => /(\d+) %/.exec(message)?.[1])).toEqual(["50", "80", "95"]);
  });

  it("is told of as well when nobody has seen its job since, because WFM does not answer", async () => {
    const night = await createNight({ wfm: { runMs: 60_000 }, beatMs: 30_000 });
    await night.until(async () => (await night.jobs()).some(({ state }) => state === "running"));
    night.wfm.down = { reason: "unreachable", target: "https://wfm.example", detail: "gone" };
    await night.pass(13 * HOUR);
    expect(night.told).toHaveLength(1);
  });
});

describe("a result that is lost", () => {
  it("is an outcome of its own, and told with what was lost", async () => {
    const night = await createNight({ beatMs: 30_000 });
    night.lake.down = S3_DOWN;
    await isReady(night);
    await night.pass(25 * HOUR);
    night.wfm.forget(vendorJobIdOf(night));
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.runs()).at(-1)?.run.outcome).toBe("lost");
    expect(night.told.at(-1)).toMatch(/^schedules 2026-11-22: the result is lost.*nightferry retry/);
  });
});

describe("news", () => {
  it("that cannot be told is told later, and stops no run", async () => {
    const night = await createNight({ beatMs: 5000 });
    const answers = [false, false, true];
    const tries: number[] = [];
    Object.assign(night.ports.notifier!, {
      notify: async () => {
        tries.push(night.clock.now().getTime());
        return answers.shift() ?? true;
      },
    });
    night.lake.down = S3_DOWN;
    await isReady(night);
    await night.pass(13 * HOUR);
    night.lake.down = null;
    await night.untilFinished();
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
    expect(tries).toHaveLength(3);
    expect(tries[2]! - tries[1]!).toBeGreaterThan(tries[1]! - tries[0]!);
  });
});
