import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The text of the base that is replaced, its replacement, and the only problem that results. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "an unknown key that resembles no known key",
    "    prefix: smartsync",
    "    prefix: smartsync\n    color: blue",
    "16:5 destinations.lake.color: unknown key; use one of type, bucket, prefix, region, endpoint, forcePathStyle, sse, checksums, partSizeMiB",
  ],
  ["an unknown destination type", "type: s3", "type: S3", '13:11 destinations.lake.type: "S3" is not a destination type; did you mean s3?'],
  ["a missing destination type", "    type: file\n", "", "16:3 destinations.disk.type: is missing; write one of s3, file"],
  [
    "an invalid bucket name",
    "bucket: acme-wfm",
    "bucket: Acme_WFM",
    "14:13 destinations.lake.bucket: is not a valid bucket name; write 3 to 63 lowercase letters, digits, dots and dashes, with a letter or digit at each end",
  ],
  [
    "a prefix with ..",
    "prefix: smartsync",
    "prefix: smart/../sync",
    "15:13 destinations.lake.prefix: is not a valid prefix; write names of letters, digits and . _ = - separated by single slashes, without ..",
  ],
  [
    "a prefix with a space",
    "prefix: smartsync",
    'prefix: "smart sync"',
    "15:13 destinations.lake.prefix: is not a valid prefix; write names of letters, digits and . _ = - separated by single slashes, without ..",
  ],
  [
    "a key for encryption by the store",
    "    prefix: smartsync",
    "    prefix: smartsync\n    sse: { algorithm: AES256, kmsKeyId: alias/x }",
    "16:31 destinations.lake.sse.kmsKeyId: is for algorithm: aws:kms only; remove it",
  ],
  [
    "an unknown encryption algorithm",
    "    prefix: smartsync",
    "    prefix: smartsync\n    sse: { algorithm: aws-kms }",
    '16:23 destinations.lake.sse.algorithm: "aws-kms" is not an encryption algorithm; did you mean aws:kms?',
  ],
  [
    "a part size below the minimum",
    "    prefix: smartsync",
    "    prefix: smartsync\n    partSizeMiB: 4",
    "16:18 destinations.lake.partSizeMiB: is not a whole number from 5 to 64",
  ],
  [
    "an invalid endpoint",
    "    prefix: smartsync",
    "    prefix: smartsync\n    endpoint: minio",
    "16:15 destinations.lake.endpoint: is not a web address; write one such as https://minio.example.com:9000",
  ],
  [
    "a path that begins with ~",
    "path: ./archive",
    "path: ~/archive",
    "18:11 destinations.disk.path: begins with ~, which is not expanded; write the full path",
  ],
];

test.each(ROWS)("reports %s once, at its position", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
