import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { storeAsGzip } from "./store-as-gzip.ts";

/** A result's bytes as they go over the wire, before any fault. */
export interface ResultBody {
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** How many bytes they come to; `null` where that is only known at the end. */
  readonly bytes: number | null;
  readonly isPacked: boolean;
}

const GZIP_CHUNK_BYTES = 256 * 1024;

export function packDocument(document: Iterable<Buffer>, level: number): ResultBody["chunks"] {
  if (level === 0) return storeAsGzip(document);
  const source = Readable.from(document, { highWaterMark: 1 });
  const gzip = createGzip({ level, chunkSize: GZIP_CHUNK_BYTES });
  source.on("error", (error) => gzip.destroy(error));
  gzip.on("close", () => source.destroy());
  return source.pipe(gzip);
}

/** Whether the client takes gzip: named with a weight that is not zero, or covered by `*`. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map(
    (acceptEncoding ?? "").split(",").map((coding): [string, number] => {
      const [name = "", weight] = coding.split(";").map((part) => part.trim().toLowerCase());
      return [name, weight === undefined ? 1 : Number(weight.replace("q=", ""))];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

/** The first `limit` bytes of the chunks. */
export function* takeBytes(chunks: Iterable<Buffer>, limit: number): Generator<Buffer> {
  let left = limit;
  for (const chunk of chunks) {
    if (left <= 0) return;
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
  }
}
