import { createHash, randomBytes } from "node:crypto";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * A proxy before a simulator that sends plain results. It makes them as varied as real ones are, so that they compress about ten to one, and
 * digests the bytes that it sends.
 */
export interface WireTap {
  readonly url: string;
  /** Of the bodies of all results. */
  resultBytes(): number;
  /** Lower-case hex. Ends the digest. */
  resultSha256(): string;
  close(): Promise<void>;
}

export async function startWireTap(origin: string, sendAs: "gzip" | "plain"): Promise<WireTap> {
  const hash = createHash("sha256");
  let bytes = 0;
  const digest = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        done(null, chunk);
      },
    });
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const forwarded = send(new URL(url ?? "/", origin), { method, headers }, (answer) => {
      const isResult = url?.includes("/exporters/v1/result/") === true && answer.statusCode === 200;
      const { "content-length": length, ...others } = answer.headers;
      const isPacked = isResult && sendAs === "gzip";
      const changed = isPacked ? { ...others, "content-encoding": "GZIP" } : { ...others, ...(length ? { "content-length": length } : {}) };
      response.writeHead(answer.statusCode ?? 502, changed);
      const steps = isResult ? [varyRows(), isPacked ? createGzip() : new PassThrough(), digest()] : [];
      pipeline([answer, ...steps, response]).catch(() => response.destroy());
    });
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    resultBytes: () => bytes,
    resultSha256: () => hash.digest("hex"),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The simulator's filler is the same in every row. */
const MARK = Buffer.from('"filler":"');
const VARIED_BYTES = 48;

/** Overwrites the beginning of each row's filler with other letters, unless the chunk ends inside it. */
function varyRows(): Transform {
  const letters = Buffer.from(randomBytes(768 * 1024).toString("base64url"));
  let from = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      for (let at = chunk.indexOf(MARK); at !== -1; at = chunk.indexOf(MARK, at + MARK.length)) {
        const to = at + MARK.length;
        if (to + VARIED_BYTES > chunk.length) break;
        letters.copy(chunk, to, from, from + VARIED_BYTES);
        from = (from + VARIED_BYTES) % (letters.length - VARIED_BYTES);
      }
      done(null, chunk);
    },
  });
}
