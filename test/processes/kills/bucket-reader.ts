import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { LocalS3 } from "../../../src/cli/demo/local-s3.ts";
import { S3_SERVER_CREDENTIALS } from "../../fakes/s3-server.ts";

/** What anybody sees of a bucket. */
export interface BucketReader {
  list(): Promise<string[]>;
  read(key: string): Promise<Buffer>;
  close(): void;
}

export function openBucketReader({ endpoint, bucket }: Pick<LocalS3, "endpoint" | "bucket">): BucketReader {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials: S3_SERVER_CREDENTIALS });
  return {
    list: async () => {
      const keys: string[] = [];
      let after: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after }));
        keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
        after = page.NextContinuationToken;
      } while (after !== undefined);
      return keys;
    },
    read: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    close: () => client.destroy(),
  };
}
