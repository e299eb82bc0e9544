import { z } from "zod";
import { isSafeKey } from "../core/publish/object-key.ts";
import { expecting, explainWord, isMapping, mapping, oneOf, text, wholeNumber } from "./schema-helpers.ts";
import { explainBadEndpoint } from "./web-address.ts";

const TYPES = ["s3", "file"] as const;

export const sseSchema = mapping(
  {
    algorithm: oneOf(["AES256", "aws:kms"], "an encryption algorithm").describe(
      "Who manages the key: the store (AES256) or a key management service (aws:kms).",
    ),
    kmsKeyId: text("the id or ARN of a key").optional().describe("The key, for aws:kms only. Default: the key of the bucket."),
  },
  "server-side encryption such as { algorithm: AES256 }",
);

const s3Schema = mapping(
  {
    type: z.literal("s3"),
    bucket: text("the name of a bucket", explainBadBucket).describe("The name of the bucket."),
    prefix: text("a key prefix such as wfm/smartsync", explainBadPrefix).optional().describe("The prefix of every object key."),
    region: text("a region such as us-east-1").default("us-east-1").describe("The region of the bucket."),
    endpoint: text("the address of an S3-compatible store", explainBadEndpoint)
      .optional()
      .describe("The address of an S3-compatible store. Default: AWS."),
    forcePathStyle: z
      .boolean(expecting("true or false"))
      .optional()
      .describe("Put the bucket name in the path instead of the host name. Most S3-compatible stores need this."),
    sse: sseSchema.optional().describe("Server-side encryption."),
    checksums: oneOf(["when-supported", "when-required"], "a checksum mode")
      .optional()
      .describe("when-required is for stores that do not support the newer checksums."),
    partSizeMiB: wholeNumber(5, 64).optional().describe("The part size of uploads in MiB. A few parts are held in memory."),
  },
  "a destination with type and bucket",
).describe("A bucket in S3 or in an S3-compatible store. Credentials come from the default chain of the AWS SDK.");

const fileSchema = mapping(
  {
    type: z.literal("file"),
    path: text("the path of a directory", (path) =>
      path.startsWith("~") ? "begins with ~, which is not expanded; write the full path" : null,
    ).describe("The directory. A relative path starts at the directory of this file."),
  },
  "a destination with type and path",
).describe("A directory on this machine.");

export const destinationSchema = z
  .discriminatedUnion("type", [s3Schema, fileSchema], {
    error: ({ input }) =>
      isMapping(input)
        ? explainWord({ input: input["type"] }, TYPES, "a destination type")
        : expecting("type: s3 and a bucket, or type: file and a path").error({ input }),
  })
  .describe("Where artifacts and manifests are stored.");

function explainBadBucket(name: string): string | null {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..")
    ? null
    : "is not a valid bucket name; write 3 to 63 lowercase letters, digits, dots and dashes, with a letter or digit at each end";
}

function explainBadPrefix(prefix: string): string | null {
  const trimmed = trimSlashes(prefix);
  if (trimmed.length > 512) return "is longer than 512 characters; shorten it";
  return isSafeKey(trimmed)
    ? null
    : "is not a valid prefix; write names of letters, digits and . _ = - separated by single slashes, without ..";
}

export function trimSlashes(prefix: string): string {
  return prefix.replace(/^\//, "").replace(/\/$/, "");
}
