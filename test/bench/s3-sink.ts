import { createHash, type Hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An S3 that keeps sizes and checksums instead of the bytes of uploads, so that the disk is not measured. */
export interface S3Sink {
  readonly url: string;
  /** Of all parts of all uploads. */
  storedBytes(): number;
  /** Of the parts in order, lower-case hex. Ends the digest. */
  storedSha256(): string;
  /** The bytes of small objects, by the end of their key. */
  smallObject(keyEnd: string): Buffer | null;
  close(): Promise<void>;
}

interface Stored {
  bytes: number;
  readonly hash: Hash;
  nextPart: number;
  /** Parts that arrived before the one they follow. */
  readonly early: Map<number, Buffer>;
  readonly crc32s: Map<string, string>;
  readonly small: Map<string, Buffer>;
}

export async function startS3Sink(): Promise<S3Sink> {
  const stored: Stored = { bytes: 0, hash: createHash("sha256"), nextPart: 1, early: new Map(), crc32s: new Map(), small: new Map() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => answer(stored, { request, response, body: Buffer.concat(chunks) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    storedBytes: () => stored.bytes,
    storedSha256: () => stored.hash.digest("hex"),
    smallObject: (keyEnd) => [...stored.small].find(([key]) => key.endsWith(keyEnd))?.[1] ?? null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

function answer(stored: Stored, { request, response, body }: Exchange): void {
  const { pathname: key, searchParams: query } = new URL(request.url ?? "/", "http://s3");
  const xml = (status: number, text: string): ServerResponse => response.writeHead(status, { "content-type": "application/xml" }).end(text);
  switch (request.method) {
    case "POST":
      if (query.has("uploads")) {
        xml(200, "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>");
        return;
      }
      stored.crc32s.set(key, String(request.headers["x-amz-checksum-crc32"] ?? ""));
      xml(200, "<CompleteMultipartUploadResult><ETag>one</ETag></CompleteMultipartUploadResult>");
      return;
    case "PUT":
      if (query.has("partNumber")) takePart(stored, Number(query.get("partNumber")), body);
      else stored.small.set(key, body);
      response.writeHead(200, { etag: `"${createHash("md5").update(body).digest("hex")}"` }).end();
      return;
    case "DELETE":
      response.writeHead(204).end();
      return;
    default:
      if (!answerRead(stored, key, { request, response })) xml(404, "<Error><Code>NoSuchKey</Code></Error>");
  }
}

function takePart(stored: Stored, number: number, body: Buffer): void {
  stored.early.set(number, body);
  for (let next = stored.early.get(stored.nextPart); next; next = stored.early.get(stored.nextPart)) {
    stored.bytes += next.byteLength;
    stored.hash.update(next);
    stored.early.delete(stored.nextPart);
    stored.nextPart += 1;
  }
}

/** `false`: there is no such object. */
function answerRead(stored: Stored, key: string, { request, response }: Omit<Exchange, "body">): boolean {
  const body = stored.small.get(key);
  if (body) response.writeHead(200, { "content-length": body.byteLength });
  const crc32 = stored.crc32s.get(key);
  const whole = { "x-amz-checksum-type": "FULL_OBJECT" };
  if (!body && crc32 !== undefined) response.writeHead(200, { "content-length": stored.bytes, "x-amz-checksum-crc32": crc32, ...whole });
  if (!body && crc32 === undefined) return false;
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
}
