import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { expectFailure, expectValue, JOB_ID, startPair } from "./fixture.ts";
import { sendJson, STATUS } from "./scripted-server.ts";

const ONE = `GET ${STATUS}/${JOB_ID}`;
const LIST = `GET ${STATUS}`;

describe("findJob", () => {
  it("returns every member of a finished job", async () => {
    const { server, client } = await startPair();
    server.on(ONE, ({ response }) =>
      sendJson(response, 200, {
        jobId: JOB_ID,
        status: "COMPLETED_SUCCESFULLY",
        exporterType: "agent-schedule-detail",
        lastStatusChange: "2026-11-22T01:20:00Z",
        outputFormat: "JSON",
        totalRecords: 12,
        resultsSizeBytes: { compressed: 100, uncompressed: 900 },
        additionalDetails: "rpt",
      }),
    );
    expect(expectValue(await client.findJob(JOB_ID))).toEqual({
      jobId: JOB_ID,
      status: "completed",
      statusWord: "COMPLETED_SUCCESFULLY",
      exporterType: "agent-schedule-detail",
      outputFormat: "JSON",
      lastStatusChange: new Date("2026-11-22T01:20:00Z"),
      errorDetails: null,
      announced: { records: 12, compressedBytes: 100, uncompressedBytes: 900 },
      additionalDetails: "rpt",
    });
  });

  it.each([401, 404])("uses the HTTP status 404, even if the body states %i", async (status) => {
    const { server, client } = await startPair();
    server.on(ONE, ({ response }) => sendJson(response, 404, { message: "Job id is not found", status }));
    expect(expectFailure(await client.findJob(JOB_ID))).toEqual({ reason: "job-unknown", jobId: JOB_ID });
  });

  it.each([{}, [], "text", 7, null, { jobId: "0".repeat(32), status: "RUNNING" }, { message: "Unauthorized", status: 401 }])(
    "fails with unexpected-answer for the body %j",
    async (body) => {
      const { server, client } = await startPair();
      server.on(ONE, ({ response }) => sendJson(response, 200, body));
      expect(expectFailure(await client.findJob(JOB_ID)).reason).toBe("unexpected-answer");
    },
  );
});

describe("listJobs", () => {
  it("returns all jobs and the server's time", async () => {
    const { server, client } = await startPair();
    const body = [{ jobId: JOB_ID, status: "WAITING" }, { jobId: "not an id", status: "RUNNING" }, "noise"];
    server.on(LIST, ({ response }) => sendJson(response, 200, body, { date: "Sun, 22 Nov 2026 01:29:58 GMT" }));
    const listing = expectValue(await client.listJobs());
    expect(listing.jobs.map(({ jobId, status }) => [jobId, status])).toEqual([[JOB_ID, "waiting"]]);
    expect(listing.serverTime).toEqual(new Date("2026-11-22T01:29:58Z"));
  });

  it("decompresses gzip responses", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => response.writeHead(200, { "content-encoding": "GZIP" }).end(gzipSync('{"jobs":[]}')));
    expect(expectValue(await client.listJobs()).jobs).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["no list", { jobs: 3 }],
    ["a text", "[]"],
    ["an error", { message: "No", status: 500, details: [] }],
    ["a list of something else", [{ a: 1 }, 2]],
  ])("does not accept %s as an empty list", async (_, body) => {
    const { server, client } = await startPair();
    server.on(LIST, ({ response }) => sendJson(response, 200, body));
    expect(expectFailure(await client.listJobs()).reason).toBe("unexpected-answer");
  });

  it("rejects a response that is truncated or too large, before or after decompression", async () => {
    const { server, client } = await startPair();
    const padded = `[]${" ".repeat(17 * 1024 * 1024)}`;
    const bodies = [Buffer.from('[{"jobId":'), Buffer.from(padded), gzipSync(padded)];
    server.on(LIST, ({ response, nth }) => response.writeHead(200, { "content-type": "application/json" }).end(bodies[nth]));
    for (const _ of bodies) expect(expectFailure(await client.listJobs()).reason).toBe("unexpected-answer");
  });

  it("reports each unknown status word once per client", async () => {
    const words: string[] = [];
    const { server, client } = await startPair({ onUnknownStatusWord: (word) => words.push(word) });
    const jobs = ["QUEUED", "QUEUED", "COMPLETED_WITH_ERRORS", "RUNNING"].map((status, index) => ({ jobId: `job${index}`, status }));
    server.on(LIST, ({ response }) => sendJson(response, 200, { data: { jobs } }));
    server.on(ONE, ({ response }) => sendJson(response, 200, { jobId: JOB_ID, status: "QUEUED" }));
    const listed = expectValue(await client.listJobs()).jobs;
    expect(listed.map(({ status }) => status)).toEqual(["unknown", "unknown", "unknown", "running"]);
    await client.listJobs();
    expect(expectValue(await client.findJob(JOB_ID)).statusWord).toBe("QUEUED");
    expect(words).toEqual(["QUEUED", "COMPLETED_WITH_ERRORS"]);
  });

  it("fails with unexpected-answer when the server does not speak HTTP", async () => {
    const { server, client } = await startPair();
    server.on(LIST, ({ socket }) => socket.end("SSH-2.0-server\r\n"));
    expect(expectFailure(await client.listJobs())).toMatchObject({ reason: "unexpected-answer", target: server.url });
  });
});
