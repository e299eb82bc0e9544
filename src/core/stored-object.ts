/** What is sent to an object store for one artifact, before anybody can see it. Plain data: it survives a restart. */
export interface StagedObject {
  /** Below the destination's prefix. */
  readonly key: string;
  /** The store's name for the unfinished upload. */
  readonly uploadId: string;
  readonly parts: readonly StagedPart[];
  /** Size of the object in bytes. */
  readonly bytes: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
  /** Of the stored bytes, base64 of the big-endian number, as S3 writes it. */
  readonly crc32: string;
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
}

export interface StagedPart {
  readonly number: number;
  readonly etag: string;
  readonly crc32: string;
}

/** A staged result, proven whole: the counts were taken on the way and agree with what the server announced. */
export interface StagedResult extends StagedObject {
  readonly records: number;
  readonly uncompressedBytes: number;
}
