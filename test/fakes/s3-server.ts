import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOCAL_S3_CREDENTIALS, type LocalS3, startLocalS3 } from "../../src/cli/demo/local-s3.ts";

export const S3_SERVER_CREDENTIALS = LOCAL_S3_CREDENTIALS;

/** The local S3 endpoint on a directory of its own, which goes with it. */
export async function startS3Server(bucket = "lake"): Promise<LocalS3> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-s3-"));
  const server = await startLocalS3({ directory, bucket });
  if (!server) throw new Error("the tests need s3rver, which npm ci installs");
  return {
    ...server,
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
