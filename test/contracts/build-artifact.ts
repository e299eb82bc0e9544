import type { JobRowId } from "../../src/core/base/ids.ts";
import type { Artifact } from "../../src/core/jobs/artifact.ts";

/** What a job has staged and not committed yet. */
export function buildArtifact(jobRowId: JobRowId, uploadId = "upload-1"): Artifact {
  return {
    jobRowId,
    uri: `s3://lake/${jobRowId}.json.gz`,
    result: {
      key: `${jobRowId}.json.gz`,
      uploadId,
      parts: [
        { number: 1, etag: '"a"', crc32: "AAAAAA==" },
        { number: 2, etag: '"b"', crc32: "AAAAAQ==" },
      ],
      bytes: 7_000_000_000,
      sha256: "0".repeat(64),
      crc32: "AAAAAg==",
      mediaType: "application/json",
      encoding: "gzip",
      records: 12,
      uncompressedBytes: 70_000_000_000,
    },
    committedAt: null,
  };
}
