import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The mistake, what it replaces in the base, what stands there instead, and the one problem it makes. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "an unknown key near none",
    "    prefix: smartsync",
    "    prefix: smartsync\n    colour: blue",
    "16:5 destinations.lake.colour: is not known here; known here: type, bucket, prefix, region, endpoint, forcePathStyle, sse, checksums, partSizeMiB",
  ],
  [
    "another kind of destination",
    "type: s3",
    "type: S3",
    '13:11 destinations.lake.type: "S3" is not a kind of destination; did you mean s3?',
  ],
  ["no kind of destination", "    type: file\n", "", "16:3 destinations.disk.type: is missing; write one of s3, file"],
  [
    "a bucket that is no bucket",
    "bucket: acme-wfm",
    "bucket: Acme_WFM",
    "14:13 destinations.lake.bucket: is not a bucket's name; it has 3 to 63 lower-case letters, digits, dots and dashes, and neither dot nor dash at its ends",
  ],
  [
    "a prefix that climbs",
    "prefix: smartsync",
    "prefix: smart/../sync",
    "15:13 destinations.lake.prefix: is not a prefix; write folders of letters, digits and . _ = - with / between them, and neither .. nor //",
  ],
  [
    "a prefix with odd letters",
    "prefix: smartsync",
    'prefix: "smart sync"',
    "15:13 destinations.lake.prefix: is not a prefix; write folders of letters, digits and . _ = - with / between them, and neither .. nor //",
  ],
  [
    "a key for the store's own encryption",
    "    prefix: smartsync",
    "    prefix: smartsync\n    sse: { algorithm: AES256, kmsKeyId: alias/x }",
    "16:31 destinations.lake.sse.kmsKeyId: is for algorithm: aws:kms only; leave it out",
  ],
  [
    "another encryption",
    "    prefix: smartsync",
    "    prefix: smartsync\n    sse: { algorithm: aws-kms }",
    '16:23 destinations.lake.sse.algorithm: "aws-kms" is not a way to encrypt; did you mean aws:kms?',
  ],
  [
    "small parts",
    "    prefix: smartsync",
    "    prefix: smartsync\n    partSizeMiB: 4",
    "16:18 destinations.lake.partSizeMiB: is not a whole number from 5 to 64",
  ],
  [
    "an endpoint that is no address",
    "    prefix: smartsync",
    "    prefix: smartsync\n    endpoint: minio",
    "16:15 destinations.lake.endpoint: is not a web address; write one such as https://minio.example.com:9000",
  ],
  [
    "a folder of the home",
    "path: ./archive",
    "path: ~/archive",
    "18:11 destinations.disk.path: begins with ~, which is not expanded; write the whole path",
  ],
];

test.each(ROWS)("%s is reported once, where it stands", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
