/** The names of a place in the store, for messages. */
export interface S3Place {
  /** `s3://bucket` */
  readonly bucketUri: string;
  /** `s3://bucket/prefix` */
  readonly storeUri: string;
  /** The object in question, or the store itself. */
  readonly target: string;
}

/** Where our keys are in the bucket. */
export interface S3Address {
  readonly bucket: string;
  readonly storeUri: string;
  /** The key in the bucket. */
  fullKey(key: string): string;
  uri(key: string): string;
  placeOf(key: string): S3Place;
}

export function createS3Address(bucket: string, prefix: string): S3Address {
  const directory = prefix.split("/").filter(Boolean).join("/");
  const bucketUri = `s3://${bucket}`;
  const storeUri = directory === "" ? bucketUri : `${bucketUri}/${directory}`;
  const uri = (key: string): string => `${storeUri}/${key}`;
  return {
    bucket,
    storeUri,
    fullKey: (key) => (directory === "" ? key : `${directory}/${key}`),
    uri,
    placeOf: (key) => ({ bucketUri, storeUri, target: uri(key) }),
  };
}
