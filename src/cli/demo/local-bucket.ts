import { join } from "node:path";
import { LOCAL_S3_CREDENTIALS, startLocalS3 } from "./local-s3.ts";

/** Where the demo's objects go. */
export interface DemoBucket {
  /** The destination's YAML, as it would stand in a user's own file. */
  readonly destination: Readonly<Record<string, unknown>>;
  readonly credentials: typeof LOCAL_S3_CREDENTIALS | null;
  /** Where the objects are on this machine's disk. */
  readonly folder: string;
  readonly description: string;
  close(): Promise<void>;
}

const BUCKET = "nightferry-demo";

/** A local S3 endpoint, or a folder where the development dependency that serves it is not installed. */
export async function openDemoBucket(home: string): Promise<DemoBucket> {
  const directory = join(home, "s3");
  const server = await startLocalS3({ directory, bucket: BUCKET });
  if (!server) {
    const folder = join(home, "archive");
    return {
      folder,
      destination: { type: "file", path: folder },
      credentials: null,
      description: "s3rver is not installed, so a folder takes the place of S3",
      close: async () => undefined,
    };
  }
  const { endpoint } = server;
  return {
    folder: join(directory, BUCKET),
    destination: { type: "s3", bucket: BUCKET, prefix: "smartsync", region: "us-east-1", endpoint, forcePathStyle: true },
    credentials: LOCAL_S3_CREDENTIALS,
    description: `a local S3 endpoint serves at ${endpoint}`,
    close: () => server.close(),
  };
}
