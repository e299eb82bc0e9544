import { GetObjectCommand, ListObjectsCommand, S3Client } from "@aws-sdk/client-s3";
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
      // The first version of the call: s3rver fails to make the second one's continuation tokens.
      for (let isTruncated = true; isTruncated;) {
        const page = await client.send(new ListObjectsCommand({ Bucket: bucket, Marker: keys.at(-1) }));
        keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
        isTruncated = page.IsTruncated === true;
      }
      return keys;
    },
    read: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    close: () => client.destroy(),
  };
}
