import { join } from "node:path";
import { LOCAL_S3_CREDENTIALS, startLocalS3 } from "./local-s3.ts";

/** Where the demo's objects go. */
export interface DemoBucket {
  /** The destination, as a user would write it in the configuration file. */
  readonly destination: Readonly<Record<string, unknown>>;
  readonly credentials: typeof LOCAL_S3_CREDENTIALS | null;
  /** The directory of the objects on this machine. */
  readonly directory: string;
  readonly description: string;
  close(): Promise<void>;
}

const BUCKET = "nightferry-demo";

/** A local S3 endpoint, or a directory if s3rver is not installed, because it is a development dependency. */
export async function openDemoBucket(home: string): Promise<DemoBucket> {
  const directory = join(home, "s3");
  const server = await startLocalS3({ directory, bucket: BUCKET });
  if (!server) {
    const directory = join(home, "archive");
    return {
      directory,
      destination: { type: "file", path: directory },
      credentials: null,
      description: "s3rver is not installed, so the objects are stored in a directory",
      close: async () => undefined,
    };
  }
  const { endpoint } = server;
  return {
    directory: join(directory, BUCKET),
    destination: { type: "s3", bucket: BUCKET, prefix: "smartsync", region: "us-east-1", endpoint, forcePathStyle: true },
    credentials: LOCAL_S3_CREDENTIALS,
    description: `a local S3 endpoint listens on ${endpoint}`,
    close: () => server.close(),
  };
}
