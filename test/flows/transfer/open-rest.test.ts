import { describe, expect, it } from "vitest";
import { gunzipSync } from "node:zlib";
import type { Event } from "../../../src/core/events/event.ts";
import type { Failure } from "../../../src/core/base/failure.ts";
import { err } from "../../../src/core/base/result.ts";
import type { Archiving, JobFacts } from "../../../src/core/jobs/job.ts";
import { openRestOf } from "../../../src/flows/transfer/open-rest.ts";
import { createNight, type Night } from "../../simulated/night.ts";

type ArchivingJob = JobFacts & Archiving;

/** Between the second of the three records and its end. */
const CUT = { kind: "cut-body", afterBytes: 40 } as const;

function told<E extends Event["event"]>(night: Night, event: E): Extract<Event, { event: E }>[] {
  return night.events.filter((one): one is Extract<Event, { event: E }> => one.event === event);
}

/** Why the job was released, each time. */
function releases(night: Night): (string | undefined)[] {
  return told(night, "job.transitioned").flatMap(({ by, failure }) => (by === "released" ? [failure?.reason] : []));
}

function dataOf(night: Night): unknown[] {
  const [, bytes] = [...night.lake.contents].find(([key]) => key.endsWith(".json.gz")) ?? [];
  return JSON.parse(gunzipSync(bytes ?? Buffer.alloc(0)).toString()) as unknown[];
}

function rowsOf(night: Night): unknown {
  return night.wfm.rowsOf(night.wfm.jobs[0]!.request);
}

describe("a result that breaks off", () => {
  it("goes on with the next record, without a release, and an event says so", async () => {
    const night = await createNight();
    night.wfm.next("openResult", CUT);
    await night.untilFinished();
    expect(dataOf(night)).toEqual(rowsOf(night));
    expect(releases(night)).toEqual([]);
    expect(night.wfm.calls).toMatchObject({ openResult: 1, openPage: 1 });
    expect(told(night, "result.resumed")).toEqual([
      {
        event: "result.resumed",
        id: (await night.jobs())[0]?.id,
        jobId: night.wfm.jobs[0]?.id,
        connection: "acme",
        export: "schedules",
        startRecord: 2,
        records: 3,
        failure: { reason: "body-cut", received: 40, detail: "connection reset" },
      },
    ]);
  });

  it("starts over where the server does not page, and says so", async () => {
    const night = await createNight({ wfm: { doesPage: false } });
    night.wfm.next("openResult", CUT);
    await night.untilFinished();
    expect(dataOf(night)).toEqual(rowsOf(night));
    expect(releases(night)).toEqual(["body-cut"]);
    expect(night.wfm.calls).toMatchObject({ openResult: 2, openPage: 1 });
    expect(told(night, "result.restarted")).toMatchObject([{ dropped: 1, records: 3, failure: { reason: "body-cut" } }]);
    expect(told(night, "result.resumed")).toEqual([]);
  });

  it.each<[string, string, Failure["reason"]]>([
    ["a record too many", '[{"date":"2026-11-22","muID":102},{"date":"2026-11-22","muID":103},{}]', "records-differ"],
    ["another opening", '{"records":[{"date":"2026-11-22","muID":102},{"date":"2026-11-22","muID":103}]}', "pages-differ"],
  ])("starts over without pages after a page with %s", async (_what, text, reason) => {
    const night = await createNight();
    night.wfm.next("openResult", CUT);
    night.wfm.next("openResult", CUT);
    night.wfm.next("openPage", { kind: "alter-body", text });
    await night.untilFinished();
    expect(releases(night)).toEqual([reason, "body-cut"]);
    expect(night.wfm.calls).toMatchObject({ openResult: 3, openPage: 1 });
    expect(dataOf(night)).toEqual(rowsOf(night));
  });

  it("is fetched anew when its page is gone, by that name", async () => {
    const night = await createNight();
    night.wfm.next("openResult", CUT);
    night.wfm.next("openPage", { kind: "fail", failure: { reason: "job-unknown", jobId: night.wfm.jobs[0]?.id ?? "" } });
    await night.untilFinished();
    expect(releases(night)).toEqual(["job-unknown"]);
  });
});

describe("the rest of a result", () => {
  const failure: Failure = { reason: "body-stalled", received: 40, idleMs: 60_000 };

  async function archiving(announced: Partial<ArchivingJob["announced"]> = {}, lastFailure: Failure | null = null) {
    const night = await createNight();
    await night.untilFinished();
    const [job] = await night.jobs();
    if (job?.state !== "archived") throw new Error("the job is not archived");
    const tries = { failedAttempts: 0, notBefore: null, lastFailure };
    const taken = { ...job, ...tries, state: "archiving", fencingToken: "one", leaseUntil: night.clock.now() } as const;
    return { night, job: { ...taken, announced: { ...job.announced, ...announced } } };
  }

  it("is asked for at once, and then after longer and longer waits", async () => {
    const { night, job } = await archiving();
    const { signal } = new AbortController();
    const openRest = openRestOf(night.ports, night.wfm.client, { job, signal });
    const waits: number[] = [];
    for (const vainTries of [0, 1, 2, 3]) {
      const opening = openRest?.({ records: 1, received: 1, failure, vainTries });
      const wakes = night.clock.nextWake()?.getTime() ?? night.clock.now().getTime();
      waits.push(wakes - night.clock.now().getTime());
      await night.clock.advance(wakes - night.clock.now().getTime());
      expect(await opening).toMatchObject({ ok: true });
    }
    expect(waits).toEqual([0, 750, 1500, 3000]);
  });

  it("is not waited for after the signal", async () => {
    const { night, job } = await archiving();
    const stop = new AbortController();
    const opening = openRestOf(night.ports, night.wfm.client, { job, signal: stop.signal })?.({
      records: 1,
      received: 1,
      failure,
      vainTries: 3,
    });
    stop.abort();
    expect(await opening).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<ArchivingJob["announced"]>, Failure | null]>([
    ["without a total", { records: null }, null],
    ["after pages that did not make up the size", {}, { reason: "bytes-differ", what: "uncompressed", received: 1, announced: 2 }],
  ])("is not asked for %s", async (_what, announced, lastFailure) => {
    const { night, job } = await archiving(announced, lastFailure);
    expect(openRestOf(night.ports, night.wfm.client, { job, signal: new AbortController().signal })).toBeNull();
  });

  it.each([
    [0, "result.restarted"],
    [1, "result.resumed"],
  ] as const)("is announced by an event when %i records are stored: %s", async (records, event) => {
    const { night, job } = await archiving();
    const openRest = openRestOf(night.ports, night.wfm.client, { job, signal: new AbortController().signal });
    const before = night.events.length;
    expect(await openRest?.({ records, received: 1, failure, vainTries: 0 })).toMatchObject({ ok: true });
    const facts = event === "result.resumed" ? { startRecord: 2 } : { dropped: 1 };
    expect(night.events.slice(before)).toMatchObject([{ event, records: 3, failure, ...facts }]);
  });

  it("that cannot be opened causes no event", async () => {
    const { night, job } = await archiving();
    const down: Failure = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };
    night.wfm.next("openPage", { kind: "fail", failure: down });
    const before = night.events.length;
    const openRest = openRestOf(night.ports, night.wfm.client, { job, signal: new AbortController().signal });
    expect(await openRest?.({ records: 1, received: 1, failure, vainTries: 0 })).toEqual(err(down));
    expect(night.events.length).toBe(before);
  });
});
