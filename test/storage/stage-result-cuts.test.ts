import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ResultFailure } from "../../src/core/base/failure.ts";
import { type ResultStream, TransferError } from "../../src/core/ports/smartsync.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { DOCUMENT, RECORDS, ZIPPED, inChunks, remains, stage, cleanedUp } from "./stage-result-fixture.ts";

/** The cuts of a download that HTTP clients were seen to let pass, by the letters of the matrix they come from. */
interface Cut {
  readonly title: string;
  readonly encoding: "gzip" | "identity";
  /** What comes before the cut. */
  readonly bytes: Uint8Array;
  readonly announcedBytes: number | null;
  readonly answer: (response: ServerResponse, bytes: Uint8Array) => void;
  /** A client that notices the cut names it `body-cut`; otherwise the proof finds this. */
  readonly silent: ResultFailure["reason"];
  /** The last thing that comes by HTTP is an error. */
  readonly isNoticed: boolean;
}

const HALF = { gzip: ZIPPED.subarray(0, ZIPPED.length >> 1), identity: DOCUMENT.subarray(0, DOCUMENT.length >> 1) };
const WHOLE = { gzip: ZIPPED, identity: DOCUMENT };
const FEWER = Buffer.from(JSON.stringify(JSON.parse(DOCUMENT.toString()).slice(0, -1)));

/** Sends the bytes, and then does this to the connection, once they have left. */
function sendThen(end: (response: ServerResponse) => void): Cut["answer"] {
  return (response, bytes) => {
    response.write(bytes, () => end(response));
  };
}

const fin = sendThen((response) => response.socket?.end());
const reset = sendThen((response) => response.socket?.resetAndDestroy());
const clean: Cut["answer"] = (response, bytes) => response.end(bytes);
const closeDelimited: Cut["answer"] = (response, bytes) => {
  response.useChunkedEncodingByDefault = false;
  response.setHeader("connection", "close");
  response.end(bytes);
};

const CUTS: readonly Cut[] = (["gzip", "identity"] as const).flatMap((encoding): Cut[] => {
  const half = HALF[encoding];
  const announcedBytes = WHOLE[encoding].length;
  const silent = encoding === "gzip" ? "gzip-damaged" : "document-cut";
  const base = { encoding, bytes: half, announcedBytes: null, silent, isNoticed: false } as const;
  const fewer = encoding === "gzip" ? gzipSync(FEWER) : FEWER;
  return [
    { ...base, title: "A: Content-Length, closed half-way", announcedBytes, answer: fin, silent: "body-cut", isNoticed: true },
    { ...base, title: "B: Content-Length, reset half-way", announcedBytes, answer: reset, silent: "body-cut", isNoticed: true },
    { ...base, title: "C: chunked, closed without a last chunk", answer: fin, isNoticed: true },
    { ...base, title: "D: neither, closed half-way", answer: closeDelimited },
    { ...base, title: "E: cut at the source, with the length of the cut", announcedBytes: half.length, answer: clean },
    { ...base, title: "F: cut at the source, chunked and ended cleanly", answer: clean },
    { ...base, title: "G: a shorter document, ended cleanly", bytes: fewer, answer: clean, silent: "records-differ" },
    { ...base, title: "G: a shorter document, closed", bytes: fewer, answer: closeDelimited, silent: "records-differ" },
  ];
});

/** A client that believes whatever node:http lets pass. */
function asResult(answer: IncomingMessage): ResultStream {
  async function* body(): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of answer) {
        received += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw new TransferError({ reason: "body-cut", received, detail: (error as Error).message });
    }
  }
  const length = answer.headers["content-length"];
  return {
    mediaType: answer.headers["content-type"] ?? "",
    encoding: answer.headers["content-encoding"] === "GZIP" ? "gzip" : "identity",
    announcedBytes: length === undefined ? null : Number(length),
    body: body(),
    discard: () => answer.destroy(),
  };
}

async function openOverHttp({
  encoding,
  bytes,
  announcedBytes,
  answer,
}: Omit<Cut, "title" | "silent" | "isNoticed">): Promise<ResultStream> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    if (encoding === "gzip") response.setHeader("content-encoding", "GZIP");
    if (announcedBytes !== null) response.setHeader("content-length", announcedBytes);
    answer(response, bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const request = get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false });
  request.on("error", () => undefined);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return asResult(response);
}

describe.each(["gzip", "identity"] as const)("a download cut on its way, sent as %s", (encoding) => {
  const cuts = CUTS.filter((cut) => cut.encoding === encoding);

  test.each(cuts)("$title: found where the client lets it pass", async ({ bytes, announcedBytes, silent }) => {
    expect(remains(await stage({ result: { encoding, announcedBytes, body: inChunks(bytes) } }))).toEqual(cleanedUp({ reason: silent }));
  });

  test.each(cuts)("$title: found over HTTP", async (cut) => {
    const staging = await stage({ result: await openOverHttp(cut) });
    expect(remains(staging)).toEqual(cleanedUp({ reason: cut.isNoticed ? "body-cut" : cut.silent }));
  });

  test("H: stalled half-way, ends by the signal", async () => {
    const stop = new AbortController();
    const answer: Cut["answer"] = (response, bytes) => response.write(bytes);
    const opened = await openOverHttp({ encoding, bytes: HALF[encoding], announcedBytes: WHOLE[encoding].length, answer });
    let received = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of opened.body) {
        received += chunk.length;
        yield chunk;
        // Requested for more when everything has come that ever will: by then the transfer waits.
        if (received === HALF[encoding].length) queueMicrotask(() => stop.abort());
      }
    }
    const result = { ...opened, body: counted() };
    expect(remains(await stage({ signal: stop.signal, result }))).toEqual(cleanedUp({ reason: "interrupted" }));
  });

  test("arrives whole over HTTP when nothing cuts it", async () => {
    const whole = { encoding, bytes: WHOLE[encoding], announcedBytes: WHOLE[encoding].length, answer: clean };
    const staging = await stage({ result: await openOverHttp(whole), store: createMemoryObjectStore() });
    expect(staging.outcome).toMatchObject({ ok: true, value: { records: RECORDS } });
    expect(staging.operations).toEqual(["begin", "finish"]);
  });
});
