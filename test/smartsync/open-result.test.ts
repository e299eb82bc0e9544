import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import { TransferError, type ResultStream } from "../../src/core/ports/smartsync.ts";
import { createResultBody } from "../../src/smartsync/result-body.ts";
import { expectFailure, expectValue, JOB_ID, RESULT, startPair } from "./fixture.ts";
import { LOGIN, sendHtml, sendJson, sendUnauthorized, STATUS, type Exchange } from "./scripted-server.ts";

const JSON_GZIP = { "content-type": "application/json;charset=UTF-8", "content-encoding": "GZIP" };

async function readAll(result: ResultStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readToFailure(result: ResultStream): Promise<Failure> {
  try {
    await readAll(result);
  } catch (error) {
    if (error instanceof TransferError) return error.failure;
    throw error;
  }
  throw new Error("the body ended without a failure");
}

describe("a result", () => {
  it("consists of the bytes that were sent", async () => {
    const { server, client } = await startPair();
    const bytes = gzipSync(randomBytes(300_000));
    server.on(RESULT, ({ response }) => response.writeHead(200, { ...JSON_GZIP, "content-length": bytes.length }).end(bytes));
    const result = expectValue(await client.openResult(JOB_ID));
    expect(result).toMatchObject({ mediaType: "application/json", encoding: "gzip", announcedBytes: bytes.length });
    expect(bytes.equals(await readAll(result))).toBe(true);
    expect(server.requestsTo(RESULT)[0]?.headers).toMatchObject({ accept: "*/*", "accept-encoding": "gzip" });
  });

  it.each<[string | undefined, string]>([
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["identity", "identity"],
    [undefined, "identity"],
  ])("with Content-Encoding %s has the encoding %s", async (header, encoding) => {
    const { server, client } = await startPair();
    const headers = { "content-type": "text/xml", ...(header ? { "content-encoding": header } : {}) };
    server.on(RESULT, ({ response }) => response.writeHead(200, headers).end("<opens/>"));
    const result = expectValue(await client.openResult(JOB_ID));
    expect(result).toMatchObject({ mediaType: "text/xml", encoding, announcedBytes: null });
    expect((await readAll(result)).toString()).toBe("<opens/>");
  });

  it("in another encoding fails with unexpected-answer", async () => {
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
  ])("is replaced by a failure when the server answers 206 with: %s", async (message, failure) => {
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
    ["a gzip bomb", gzipSync(Buffer.alloc(50_000_000))],
  ])("fails with unexpected-answer when the body of a 206 is %s", async (_, bytes) => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(206, { "content-type": "application/json" }).end(bytes));
    expect(expectFailure(await client.openResult(JOB_ID))).toMatchObject({ reason: "unexpected-answer", detail: "HTTP 206" });
  });

  it("times out when the body of a 206 never ends", async () => {
    const { server, client } = await startPair({ timeouts: { requestMs: 300 } });
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
  ])("that is answered with %i fails with %s", async (status, reason) => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => sendJson(response, status, { message: "No", status: 401 }));
    expect(expectFailure(await client.openResult(JOB_ID)).reason).toBe(reason);
  });

  it.each<[string, (exchange: Exchange) => unknown]>([
    ["a 401", ({ response }) => sendUnauthorized(response)],
    ["a redirect", ({ response }) => response.writeHead(303, { location: "/login" }).end()],
    ["a login page", ({ response }) => sendHtml(response)],
  ])("that is answered with %s is requested once more with a new session", async (_, reject) => {
    const { server, client } = await startPair();
    server.on(RESULT, (exchange) => {
      if (exchange.nth === 0) reject(exchange);
      else exchange.response.writeHead(200, { "content-type": "text/plain" }).end("ok");
    });
    expect((await readAll(expectValue(await client.openResult(JOB_ID)))).toString()).toBe("ok");
    expect(server.requestsTo(LOGIN)).toHaveLength(2);

    server.on(RESULT, (exchange) => void reject(exchange));
    expect(expectFailure(await client.openResult(JOB_ID))).toEqual({ reason: "session-refused", target: server.url });
  });
});

describe("the body of a result", () => {
  it.each<[string, (exchange: Exchange) => unknown]>([
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
      "an invalid chunk size",
      ({ socket }) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n190\r\n");
        socket.write(Buffer.alloc(400));
        socket.write("\r\nnot-a-size\r\n");
      },
    ],
  ])("throws body-cut after %s", async (_, send) => {
    const { server, client } = await startPair();
    server.on(RESULT, (exchange) => void send(exchange));
    const failure = await readToFailure(expectValue(await client.openResult(JOB_ID)));
    expect(failure).toMatchObject({ reason: "body-cut" });
    expect(failure.reason === "body-cut" && failure.received <= 400).toBe(true);
  });

  it("throws body-cut when it ends without an error but is too short", async () => {
    const body = createResultBody({ stream: Readable.from([Buffer.alloc(400)]), announcedBytes: 1000, idleMs: 1000 });
    const failure = await readToFailure({ mediaType: "text/plain", encoding: "identity", announcedBytes: 1000, body, discard: () => {} });
    expect(failure).toEqual({ reason: "body-cut", received: 400, detail: "1000 bytes were announced" });
  });

  it("throws body-cut when the connection breaks before the body is read", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response, socket }) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("x", () => socket.resetAndDestroy());
    });
    const result = expectValue(await client.openResult(JOB_ID));
    // The reset arrives before the response to this second request.
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    await client.listJobs();
    expect(await readToFailure(result)).toMatchObject({ reason: "body-cut" });
  });

  it("throws body-stalled when no byte arrives for idleMs", async () => {
    const { server, client } = await startPair({ timeouts: { idleMs: 300 } });
    server.on(RESULT, ({ response }) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(Buffer.alloc(400));
    });
    const failure = await readToFailure(expectValue(await client.openResult(JOB_ID)));
    expect(failure).toEqual({ reason: "body-stalled", received: 400, idleMs: 300 });
  });

  it("does not count as stalled while the reader pauses for longer than idleMs", async () => {
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

  it("throws interrupted when the signal is aborted", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(200, { "content-length": 1000 }).write("x"));
    const stop = new AbortController();
    const result = expectValue(await client.openResult(JOB_ID, stop.signal));
    const failure = readToFailure(result);
    stop.abort();
    expect(await failure).toEqual({ reason: "interrupted" });
  });

  it.each<[string, (result: ResultStream) => unknown]>([
    ["the result is discarded", (result) => result.discard()],
    [
      "the reader stops",
      async (result) => {
        for await (const _ of result.body) break;
      },
    ],
  ])("closes the connection when %s", async (_, stopReading) => {
    const { server, client } = await startPair();
    const isClosed = new Promise<void>((closed) => {
      server.on(RESULT, ({ response }) => {
        response.on("close", closed);
        response.writeHead(200, { "content-length": 1000 });
        response.write("x");
      });
    });
    await stopReading(expectValue(await client.openResult(JOB_ID)));
    await expect(isClosed).resolves.toBeUndefined();
  });

  it("can be read only once", async () => {
    const { server, client } = await startPair();
    server.on(RESULT, ({ response }) => response.writeHead(200).end("once"));
    const result = expectValue(await client.openResult(JOB_ID));
    await readAll(result);
    await expect(readAll(result)).rejects.toThrow("only once");
  });

  it("is received only as fast as it is read", async () => {
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
    // Each request takes several turns of the event loop, in which a reader without back-pressure would receive everything.
    for (let request = 0; request < 200; request += 1) expectValue(await client.listJobs());
    // The socket buffers hold what was flushed but not read.
    expect(flushed).toBeLessThan(64 * chunk.length);
    result.discard();
  });
});
