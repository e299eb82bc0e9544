import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { storeAsGzip } from "./store-as-gzip.ts";

/** The bytes of a result as they are sent, before a fault truncates them. */
export interface ResultBody {
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** The number of bytes. `null` if it is not known in advance. */
  readonly bytes: number | null;
  readonly isGzipped: boolean;
}

const GZIP_CHUNK_BYTES = 256 * 1024;

export function gzipDocument(document: Iterable<Buffer>, level: number): ResultBody["chunks"] {
  if (level === 0) return storeAsGzip(document);
  const source = Readable.from(document, { highWaterMark: 1 });
  const gzip = createGzip({ level, chunkSize: GZIP_CHUNK_BYTES });
  source.on("error", (error) => gzip.destroy(error));
  gzip.on("close", () => source.destroy());
  return source.pipe(gzip);
}

/** Whether the client accepts gzip, by name or by `*`, with a weight greater than zero. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map(
    (acceptEncoding ?? "").split(",").map((coding): [string, number] => {
      const [name = "", weight] = coding.split(";").map((text) => text.trim().toLowerCase());
      return [name, weight === undefined ? 1 : Number(weight.replace("q=", ""))];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

/** Yields the first `limit` bytes of the chunks. */
export function* takeBytes(chunks: Iterable<Buffer>, limit: number): Generator<Buffer> {
  let left = limit;
  for (const chunk of chunks) {
    if (left <= 0) return;
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
  }
}
