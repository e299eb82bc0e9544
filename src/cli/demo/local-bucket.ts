import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";

/** A small S3 endpoint of our own, for the demo and nothing else. */
export interface LocalBucket {
  readonly destination: Readonly<Record<string, unknown>>;
  /** Where its objects are on this machine's disk. */
  readonly folder: string;
  close(): Promise<void>;
}

const BUCKET = "nightferry-demo";

/** The only ones that the local endpoint takes. */
export const DEMO_CREDENTIALS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" } as const;

/** `null` where the development dependency that serves it is not installed. */
export async function openLocalBucket(folder: string): Promise<LocalBucket | null> {
  const S3rver = await import("s3rver").then(
    (module) => module.default,
    () => null,
  );
  if (!S3rver) return null;
  await mkdir(folder, { recursive: true });
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: folder,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const bound: AddressInfo = await server.run();
  return {
    folder: `${folder}/${BUCKET}`,
    destination: {
      type: "s3",
      bucket: BUCKET,
      prefix: "smartsync",
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${bound.port}`,
      forcePathStyle: true,
    },
    close: () => server.close(),
  };
}
