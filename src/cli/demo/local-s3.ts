import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type S3rver from "s3rver";

/** A small S3 endpoint on this machine: for the demo, the benchmarks and the tests. */
export interface LocalS3 {
  readonly endpoint: string;
  readonly bucket: string;
  /** The ids of incomplete uploads. */
  incompleteUploads(): Promise<string[]>;
  close(): Promise<void>;
}

/** The only credentials that it accepts. */
export const LOCAL_S3_CREDENTIALS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" } as const;

/**
 * Starts s3rver on a free loopback port, and answers the multipart requests that it does not support. `null`: s3rver is not installed,
 * because it is a development dependency.
 */
export async function startLocalS3({
  directory,
  bucket,
}: {
  readonly directory: string;
  readonly bucket: string;
}): Promise<LocalS3 | null> {
  const Server = await import("s3rver").then(
    (module) => module.default,
    () => null,
  );
  if (!Server) return null;
  await mkdir(directory, { recursive: true });
  const s3rver = new Server({ directory, silent: true, vhostBuckets: false, configureBuckets: [{ name: bucket }] });
  answerAfterWriting(s3rver);
  await s3rver.configureBuckets();
  const uploads = dirname(s3rver.store.getResourcePath(bucket, undefined, join("uploads", "x")));
  const answer = s3rver.callback();
  const server = createServer((request, response) => {
    if (!answerUploads(uploads, request, response)) answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    incompleteUploads: async () => (existsSync(uploads) ? await readdir(uploads) : []),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      s3rver.logger.exceptions.unhandle();
      s3rver.logger.close();
    },
  };
}

/** s3rver cannot abort an upload, and answers 500 where S3 answers `NoSuchUpload`. `true`: the request was answered here. */
function answerUploads(uploads: string, request: IncomingMessage, response: ServerResponse): boolean {
  const uploadId = new URL(request.url ?? "/", "http://s3").searchParams.get("uploadId");
  if (uploadId === null) return false;
  const directory = join(uploads, uploadId);
  if (existsSync(directory)) {
    if (request.method !== "DELETE") return false;
    void rm(directory, { recursive: true }).then(() => response.writeHead(204).end());
    return true;
  }
  request.resume();
  response.writeHead(404, { "content-type": "application/xml" });
  response.end("<Error><Code>NoSuchUpload</Code><Message>The specified upload does not exist.</Message></Error>");
  return true;
}

/** s3rver answers before it has written an object, so that a reader could see less. Here it writes first. */
function answerAfterWriting({ store }: S3rver): void {
  store.putObject = async ({ bucket, key, content, metadata }) => {
    const body = await collect(content);
    const path = store.getResourcePath(bucket, key, "object");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    const md5 = createHash("md5").update(body).digest("hex");
    await store.putMetadata(bucket, key, metadata, md5);
    return { size: body.byteLength, md5 };
  };
  store.putPart = async (bucket, uploadId, partNumber, content) => {
    const body = await collect(content);
    await writeFile(join(store.getResourcePath(bucket, undefined, "uploads"), uploadId, partNumber), body);
    return { size: body.byteLength, md5: createHash("md5").update(body).digest("hex") };
  };
}

async function collect(content: Buffer | Readable): Promise<Buffer> {
  if (Buffer.isBuffer(content)) return content;
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
