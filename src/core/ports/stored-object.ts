/** What was uploaded for one artifact and is still invisible. It is plain data, so that it survives a restart. */
export interface StagedObject {
  /** Below the destination's prefix. */
  readonly key: string;
  /** The store's id of the incomplete upload. */
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
  /** Size of the object in bytes. */
  readonly bytes: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
  /** Of the stored bytes: the big-endian number as base64, which is how S3 writes it. */
  readonly crc32: string;
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
}

export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  readonly crc32: string;
}

/** A staged result that is proven complete: its counts were taken during the transfer and agree with what the server announced. */
export interface StagedResult extends StagedObject {
  readonly records: number;
  readonly uncompressedBytes: number;
}

/** A result that was stored as it arrived and is not proven. */
export interface QuarantineCopy {
  /** Below the destination's prefix. */
  readonly key: string;
  readonly uri: string;
  /** Size of the object in bytes, as it was received. */
  readonly bytes: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
  readonly quarantinedAt: Date;
}
