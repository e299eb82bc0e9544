import { createHash, randomUUID } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";

/** What the SDK asks for, by the command's name. */
export type StubCommand =
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload"
  | "ListMultipartUploads"
  | "ListParts"
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "DeleteObject";

interface StubRequest {
  readonly command: StubCommand;
  readonly key: string;
  readonly uploadId: string | null;
  readonly partNumber: number;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StubAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Breaks the connection after the body, whatever was announced. */
  readonly isCut?: boolean;
}

/**
 * Called before the stub answers as S3 would: an answer replaces the stub's own, `null` lets it answer. `answer()` does what was
 * asked for and gives the stub's own answer, to be spoiled. A promise that never resolves is a server that never answers.
 */
type StubFault = (request: StubRequest, answer: () => StubAnswer) => StubAnswer | null | Promise<StubAnswer | null>;

export interface StubS3 {
  readonly endpoint: string;
  readonly objects: Map<string, StubObject>;
  readonly uploads: Map<string, StubUpload>;
  readonly requests: StubRequest[];
  fault: StubFault;
  close(): Promise<void>;
}

interface StubObject {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

interface StubUpload {
  readonly key: string;
  readonly initiated: Date;
  readonly headers: IncomingHttpHeaders;
  readonly parts: Map<number, Buffer>;
}

/** One bucket that checks what S3 checks (checksums of parts and of the whole, ETags), and misbehaves on demand. */
export async function startStubS3(): Promise<StubS3> {
  const objects = new Map<string, StubObject>();
  const uploads = new Map<string, StubUpload>();
  const requests: StubRequest[] = [];
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stub: StubS3 = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    requests,
    fault: () => null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message).catch(() => null);
    // The client has gone away.
    if (!request) return;
    requests.push(request);
    const answer = (await stub.fault(request, () => answerAs(stub, request))) ?? answerAs(stub, request);
    const body = answer.body ?? "";
    const length = request.command === "HeadObject" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    response.writeHead(answer.status, { ...length, ...answer.headers });
    if (answer.isCut === true) response.write(body, () => response.destroy());
    else response.end(request.command === "HeadObject" ? undefined : body);
  }

  return stub;
}

export function toErrorAnswer(status: number, code: string, message = "as asked by the test"): StubAnswer {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}

async function readRequest(message: IncomingMessage): Promise<StubRequest> {
  const url = new URL(message.url ?? "/", "http://s3");
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    command: toCommand(message.method ?? "GET", url.searchParams),
    key: decodeURIComponent(url.pathname).split("/").slice(2).join("/"),
    uploadId: url.searchParams.get("uploadId"),
    partNumber: Number(url.searchParams.get("partNumber")),
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

function toCommand(method: string, query: URLSearchParams): StubCommand {
  const isUpload = query.has("uploadId");
  if (method === "POST") return query.has("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload";
  if (method === "PUT") return isUpload ? "UploadPart" : "PutObject";
  if (method === "DELETE") return isUpload ? "AbortMultipartUpload" : "DeleteObject";
  if (query.has("uploads")) return "ListMultipartUploads";
  if (isUpload) return "ListParts";
  return method === "HEAD" ? "HeadObject" : "GetObject";
}

function answerAs(stub: StubS3, request: StubRequest): StubAnswer {
  switch (request.command) {
    case "CreateMultipartUpload":
      return createUpload(stub, request);
    case "UploadPart":
      return takePart(stub, request);
    case "CompleteMultipartUpload":
      return completeUpload(stub, request);
    case "AbortMultipartUpload":
      return stub.uploads.delete(request.uploadId ?? "") ? { status: 204 } : toErrorAnswer(404, "NoSuchUpload");
    case "ListParts":
      return stub.uploads.has(request.uploadId ?? "")
        ? { status: 200, body: "<ListPartsResult></ListPartsResult>" }
        : toErrorAnswer(404, "NoSuchUpload");
    case "ListMultipartUploads":
      return listUploads(stub, request);
    case "PutObject":
      stub.objects.set(request.key, request);
      return { status: 200, headers: { etag: etagOf(request.body) } };
    case "DeleteObject":
      stub.objects.delete(request.key);
      return { status: 204 };

    default:
      return showObject(stub, request);
  }
}

function createUpload(stub: StubS3, { key, headers }: StubRequest): StubAnswer {
  const uploadId = randomUUID();
  stub.uploads.set(uploadId, { key, initiated: new Date(), headers, parts: new Map() });
  return { status: 200, body: `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>` };
}

function takePart(stub: StubS3, request: StubRequest): StubAnswer {
  const upload = stub.uploads.get(request.uploadId ?? "");
  if (!upload) return toErrorAnswer(404, "NoSuchUpload");
  const announced = request.headers["x-amz-checksum-crc32"];
  if (announced !== undefined && announced !== crc32Of(request.body)) return toErrorAnswer(400, "BadDigest");
  upload.parts.set(request.partNumber, request.body);
  return { status: 200, headers: { etag: etagOf(request.body) } };
}

function completeUpload(stub: StubS3, request: StubRequest): StubAnswer {
  const upload = stub.uploads.get(request.uploadId ?? "");
  if (!upload) return toErrorAnswer(404, "NoSuchUpload");
  const listed = [...request.body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: `"${/<ETag>(?:&quot;|")(\w+)/.exec(part)?.[1]}"`,
  }));
  const bodies = listed.map(({ number }) => upload.parts.get(number));
  const isKnown = bodies.every((body, index) => body !== undefined && etagOf(body) === listed[index]?.etag);
  if (listed.length === 0 || !isKnown) return toErrorAnswer(400, "InvalidPart");
  if (listed.some(({ number }, index) => number !== index + 1)) return toErrorAnswer(400, "InvalidPartOrder");
  const body = Buffer.concat(bodies as Buffer[]);
  const announced = request.headers["x-amz-checksum-crc32"];
  if (announced !== undefined && announced !== crc32Of(body)) return toErrorAnswer(400, "BadDigest");
  stub.uploads.delete(request.uploadId ?? "");
  stub.objects.set(upload.key, { body, headers: upload.headers });
  return { status: 200, body: `<CompleteMultipartUploadResult><ETag>${etagOf(body)}</ETag></CompleteMultipartUploadResult>` };
}

/** Small, so that there are several of them. */
const UPLOADS_PER_PAGE = 2;

/** By key, as S3 does. It goes on behind an upload, also when that one is gone meanwhile. */
function listUploads(stub: StubS3, { query }: StubRequest): StubAnswer {
  const markers = `${query.get("key-marker") ?? ""} ${query.get("upload-id-marker") ?? ""}`;
  const below = [...stub.uploads]
    .map(([uploadId, { key, initiated }]) => ({ key, uploadId, initiated, place: `${key} ${uploadId}` }))
    .filter(({ key, place }) => key.startsWith(query.get("prefix") ?? "") && place > markers)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const page = below.slice(0, UPLOADS_PER_PAGE);
  const last = page.at(-1);
  const isTruncated = page.length < below.length;
  const next = isTruncated ? `<NextKeyMarker>${last?.key}</NextKeyMarker><NextUploadIdMarker>${last?.uploadId}</NextUploadIdMarker>` : "";
  const uploads = page.map(
    ({ key, uploadId, initiated }) =>
      `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
  );
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<ListMultipartUploadsResult><IsTruncated>${isTruncated}</IsTruncated>${next}${uploads.join("")}</ListMultipartUploadsResult>`,
  };
}

function showObject(stub: StubS3, { key, command, headers }: StubRequest): StubAnswer {
  const object = stub.objects.get(key);
  if (!object) return command === "HeadObject" ? { status: 404 } : toErrorAnswer(404, "NoSuchKey");
  const hasChecksum = object.headers["x-amz-checksum-type"] === "FULL_OBJECT" && headers["x-amz-checksum-mode"] === "ENABLED";
  return {
    status: 200,
    headers: {
      "content-length": String(object.body.byteLength),
      etag: etagOf(object.body),
      ...(hasChecksum ? { "x-amz-checksum-crc32": crc32Of(object.body), "x-amz-checksum-type": "FULL_OBJECT" } : {}),
    },
    body: object.body,
  };
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function crc32Of(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}
