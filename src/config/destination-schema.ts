import { z } from "zod";
import { isSafeKey } from "../core/object-key.ts";
import { expecting, explainWord, isMapping, mapping, oneOf, text, wholeNumber } from "./expectation.ts";
import { explainBadEndpoint } from "./web-address.ts";

const TYPES = ["s3", "file"] as const;

export const sseSchema = mapping(
  {
    algorithm: oneOf(["AES256", "aws:kms"], "a way to encrypt").describe("Who holds the key: the store (AES256) or a key service."),
    kmsKeyId: text("the id or ARN of a key").optional().describe("The key; for aws:kms only. Without it the bucket's own is used."),
  },
  "how the store encrypts: { algorithm: AES256 }",
);

const s3Schema = mapping(
  {
    type: z.literal("s3"),
    bucket: text("the name of a bucket", explainBadBucket).describe("The bucket's name."),
    prefix: text("a folder in the bucket, such as wfm/smartsync", explainBadPrefix).optional().describe("What every key begins with."),
    region: text("a region such as us-east-1").default("us-east-1").describe("The bucket's region."),
    endpoint: text("the address of an S3-compatible store", explainBadEndpoint)
      .optional()
      .describe("The address of an S3-compatible store; without it, AWS."),
    forcePathStyle: z
      .boolean(expecting("true or false"))
      .optional()
      .describe("Put the bucket into the path instead of the host name; most S3-compatible stores want it."),
    sse: sseSchema.optional().describe("Server-side encryption."),
    checksums: oneOf(["when-supported", "when-required"], "a way to send checksums")
      .optional()
      .describe("when-required is for stores that do not know the newer checksums."),
    partSizeMiB: wholeNumber(5, 64).optional().describe("The size of an upload's parts in MiB; a few of them are held in memory."),
  },
  "a destination: type, bucket",
).describe("A bucket of S3, or of a store that speaks it. Credentials come from the AWS SDK's own default chain.");

const fileSchema = mapping(
  {
    type: z.literal("file"),
    path: text("the path of a folder", (path) =>
      path.startsWith("~") ? "begins with ~, which is not expanded; write the whole path" : null,
    ).describe("The folder; a relative path starts at this file's folder."),
  },
  "a destination: type, path",
).describe("A folder on this machine.");

export const destinationSchema = z
  .discriminatedUnion("type", [s3Schema, fileSchema], {
    error: ({ input }) =>
      isMapping(input)
        ? explainWord({ input: input["type"] }, TYPES, "a kind of destination")
        : expecting("a destination: type: s3 with a bucket, or type: file with a path").error({ input }),
  })
  .describe("Where artifacts and manifests are stored.");

function explainBadBucket(name: string): string | null {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..")
    ? null
    : "is not a bucket's name; it has 3 to 63 lower-case letters, digits, dots and dashes, and neither dot nor dash at its ends";
}

function explainBadPrefix(prefix: string): string | null {
  const trimmed = trimSlashes(prefix);
  if (trimmed.length > 512) return "is longer than 512 characters";
  return isSafeKey(trimmed)
    ? null
    : "is not a prefix; write folders of letters, digits and . _ = - with / between them, and neither .. nor //";
}

export function trimSlashes(prefix: string): string {
  return prefix.replace(/^\//, "").replace(/\/$/, "");
}
