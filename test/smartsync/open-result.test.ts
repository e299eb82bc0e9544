import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/core/failure.ts";
import { TransferError, type ResultStream } from "../../src/core/smartsync.ts";
import { createResultBody } from "../../src/smartsync/result-body.ts";
import { expectFailure, expectValue, JOB_ID, RESULT, startPair } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, STATUS, type Turn } from "./scripted-server.ts";

const JSON_GZIP = { "content-type": "application/json;charset=UTF-8", "content-encoding": "GZIP" };

async function readAll(result: ResultStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function breakOf(result: ResultStream): Promise<Failure> {
  try {
    await readAll(result);
  } catch (error) {
    if (error instanceof TransferError) return error.failure;
    throw error;
  }
  throw new Error("the body ended as if it were whole");
}

describe("a result", () => {
  it("comes as the bytes that were sent", async () => {
    const { server, client } = await startPair();
    const bytes = gzipSync(randomBytes(300_000));
    server.on(RESULT, ({ response }) => response.writeHead(200, { ...JSON_GZIP, "content-length": bytes.length }).end(bytes));
    const result = expectValue(await client.openResult(JOB_ID));
    expect(result).toMatchObject({ mediaType: "application/json", encoding: "gzip", announcedBytes: bytes.length });
    expect(bytes.equals(await readAll(result))).toBe(true);
    expect(server.asked(RESULT)[0]?.headers).toMatchObject({ accept: "*/*", "accept-encoding": "gzip" });
  });

  it.each<[string | undefined, string]>([
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["identity", "identity"],
    [undefined, "identity"],
  ])("with content encoding %s is %s", async (header, encoding) => {
    const { server, client } = await startPair();
    const headers = { "content-type": "text/xml", ...(header ? { "content-encoding": header } : {}) };
    server.on(RESULT, ({ response }) => response.writeHead(200, headers).end("<opens/>"));
    const result = expectValue(await client.openResult(JOB_ID));
    expect(result).toMatchObject({ mediaType: "text/xml", encoding, announcedBytes: null });
    expect((await readAll(result)).toString()).toBe("<opens/>");
  });

  it("in another encoding is unexpected", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(200, { "content-encoding": "br" }).end("x"));
    expect(expectFailure(await client.openResult(JOB_ID)).reason).toBe("unexpected-answer");
  });

  it.each<[string, Failure]>([
    ["Your Job isn't completed yet. Try again later", { reason: "result-not-ready" }],
    [
      "Your job has failed. Call the status endpoint to get more details about the failure",
      { reason: "job-failed", detail: "Your job has failed. Call the status endpoint to get more details about the failure" },
    ],
    ["Job was canceled by a user", { reason: "job-canceled" }],
  ])("is not there with a 206 that says: %s", async (message, failure) => {
    const { server, client } = await startPair();
    const body = JSON.stringify({ message, status: 206 });
    server.on(RESULT, ({ response, nth }) => {
      if (nth === 0) response.writeHead(206, { "content-type": "application/json" }).end(body);
      else response.writeHead(206, JSON_GZIP).end(gzipSync(body));
    });
    expect(expectFailure(await client.openResult(JOB_ID))).toEqual(failure);
    expect(expectFailure(await client.openResult(JOB_ID))).toEqual(failure);
  });

  it.each<[string, Buffer]>([
    ["anything else", Buffer.from('[{"message":"has failed"}]')],
    ["more than a message", Buffer.alloc(100_000, "x")],
    ["a packed bomb", gzipSync(Buffer.alloc(50_000_000))],
  ])("with a 206 that holds %s is unexpected", async (_, bytes) => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(206, { "content-type": "application/json" }).end(bytes));
    expect(expectFailure(await client.openResult(JOB_ID))).toMatchObject({ reason: "unexpected-answer", detail: "HTTP 206" });
  });

  it("with a 206 that drips without an end is given up in time", async () => {
    const { server, client } = await startPair({ timeouts: { callMs: 300 } });
    server.on(RESULT, ({ response }) => {
      response.writeHead(206, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    });
    expect(expectFailure(await client.openResult(JOB_ID))).toMatchObject({ reason: "timed-out" });
  });

  it.each<[number, string]>([
    [400, "request-rejected"],
    [403, "unexpected-answer"],
    [404, "job-unknown"],
    [410, "job-unknown"],
    [429, "rate-limited"],
    [500, "server-error"],
    [204, "unexpected-answer"],
  ])("answered with %i is %s", async (status, reason) => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => sendJson(response, status, { message: "No", status: 401 }));
    expect(expectFailure(await client.openResult(JOB_ID)).reason).toBe(reason);
  });

  it.each<[string, (turn: Turn) => unknown]>([
    ["401", ({ response }) => sendUnauthorized(response)],
    ["a redirect", ({ response }) => response.writeHead(303, { location: "/login" }).end()],
    ["a login page", ({ response }) => sendHtml(response)],
  ])("answered with %s is asked for once more with a new session", async (_, refuse) => {
    const { server, client } = await startPair();
    server.on(RESULT, (turn) => {
      if (turn.nth === 0) refuse(turn);
      else turn.response.writeHead(200, { "content-type": "text/plain" }).end("ok");
    });
    expect((await readAll(expectValue(await client.openResult(JOB_ID)))).toString()).toBe("ok");
    expect(server.asked(LOGIN)).toHaveLength(2);

    server.on(RESULT, (turn) => void refuse(turn));
    expect(expectFailure(await client.openResult(JOB_ID))).toEqual({ reason: "session-refused", target: server.url });
  });
});

describe("a result's body", () => {
  it.each<[string, (turn: Turn) => unknown]>([
    [
      "a FIN before Content-Length",
      ({ response, socket }) => {
        response.writeHead(200, { "content-length": 1000 });
        response.write(Buffer.alloc(400), () => socket.end());
      },
    ],
    [
      "a reset before Content-Length",
      ({ response, socket }) => {
        response.writeHead(200, { "content-length": 1000 });
        response.write(Buffer.alloc(400), () => socket.resetAndDestroy());
      },
    ],
    [
      "a FIN without the last chunk",
      ({ response, socket }) => {
        response.writeHead(200);
        response.write(Buffer.alloc(400), () => socket.end());
      },
    ],
    [
      "a chunk that is none",
      ({ socket }) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n190\r\n");
        socket.write(Buffer.alloc(400));
        socket.write("\r\nnot-a-size\r\n");
      },
    ],
  ])("cut by %s throws body-cut", async (_, send) => {
    const { server, client } = await startPair();
    server.on(RESULT, (turn) => void send(turn));
    const failure = await breakOf(expectValue(await client.openResult(JOB_ID)));
    expect(failure).toMatchObject({ reason: "body-cut" });
    expect(failure.reason === "body-cut" && failure.received <= 400).toBe(true);
  });

  it("that ends quietly but short throws body-cut", async () => {
    const body = createResultBody({ stream: Readable.from([Buffer.alloc(400)]), announcedBytes: 1000, idleMs: 1000 });
    const failure = await breakOf({ mediaType: "text/plain", encoding: "identity", announcedBytes: 1000, body, discard: () => {} });
    expect(failure).toEqual({ reason: "body-cut", received: 400, detail: "1000 bytes were announced" });
  });

  it("cut before anybody reads it throws body-cut to who reads it then", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response, socket }) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("x", () => socket.resetAndDestroy());
    });
    const result = expectValue(await client.openResult(JOB_ID));
    // Another call over the same loop: the reset has arrived before it is answered.
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    await client.listJobs();
    expect(await breakOf(result)).toMatchObject({ reason: "body-cut" });
  });

  it("that stalls throws body-stalled after idleMs", async () => {
    const { server, client } = await startPair({ timeouts: { idleMs: 300 } });
    server.on(RESULT, ({ response }) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(Buffer.alloc(400));
    });
    const failure = await breakOf(expectValue(await client.openResult(JOB_ID)));
    expect(failure).toEqual({ reason: "body-stalled", received: 400, idleMs: 300 });
  });

  it("does not stall for a reader that takes longer than idleMs", async () => {
    const { server, client } = await startPair({ timeouts: { idleMs: 500 } });
    const bytes = Buffer.alloc(5_000_000, "y");
    server.on(RESULT, ({ response }) => response.writeHead(200, { "content-length": bytes.length }).end(bytes));
    const result = expectValue(await client.openResult(JOB_ID));
    let received = 0;
    for await (const chunk of result.body) {
      if (received === 0) await new Promise((resolve) => setTimeout(resolve, 700));
      received += chunk.length;
    }
    expect(received).toBe(bytes.length);
  });

  it("ends as interrupted when the signal aborts", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(200, { "content-length": 1000 }).write("x"));
    const stop = new AbortController();
    const result = expectValue(await client.openResult(JOB_ID, stop.signal));
    const broken = breakOf(result);
    stop.abort();
    expect(await broken).toEqual({ reason: "interrupted" });
  });

  it.each<[string, (result: ResultStream) => unknown]>([
    ["discarded", (result) => result.discard()],
    [
      "left by its reader",
      async (result) => {
        for await (const _ of result.body) break;
      },
    ],
  ])("that is %s closes the connection", async (_, leave) => {
    const { server, client } = await startPair();
    const isClosed = new Promise<void>((closed) => {
      server.on(RESULT, ({ response }) => {
        response.on("close", closed);
        response.writeHead(200, { "content-length": 1000 });
        response.write("x");
      });
    });
    await leave(expectValue(await client.openResult(JOB_ID)));
    await expect(isClosed).resolves.toBeUndefined();
  });

  it("can be read only once", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(200).end("once"));
    const result = expectValue(await client.openResult(JOB_ID));
    await readAll(result);
    await expect(readAll(result)).rejects.toThrow("only once");
  });

  it("is taken from the connection only as fast as it is read", async () => {
    const { server, client } = await startPair();
    const chunk = Buffer.alloc(1024 * 1024);
    let flushed = 0;
    server.on(RESULT, ({ response }) => {
      response.writeHead(200);
      const pump = (): void => {
        response.write(chunk, (error) => {
          if (error) return;
          flushed += chunk.length;
          if (flushed < 400 * chunk.length) pump();
          else response.end();
        });
      };
      pump();
    });
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    const result = expectValue(await client.openResult(JOB_ID));
    const reader = result.body[Symbol.asyncIterator]();
    await reader.next();
    // Each call takes the loop around several times, in which an unbounded reader would take in everything.
    for (let call = 0; call < 200; call += 1) expectValue(await client.listJobs());
    // What is left is in the buffers of the sockets.
    expect(flushed).toBeLessThan(64 * chunk.length);
    result.discard();
  });
});
