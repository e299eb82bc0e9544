/** What was being used when something went wrong, in an operator's words. */
export interface S3Place {
  /** `s3://bucket` */
  readonly bucketUri: string;
  /** `s3://bucket/prefix` */
  readonly storeUri: string;
  /** The object in question, or the store itself. */
  readonly target: string;
}

/** Where a key of ours lies in the bucket. */
export interface S3Address {
  readonly bucket: string;
  readonly storeUri: string;
  /** The bucket's own key for ours. */
  fullKey(key: string): string;
  uri(key: string): string;
  placeOf(key: string): S3Place;
}

export function createS3Address(bucket: string, prefix: string): S3Address {
  const folder = prefix.split("/").filter(Boolean).join("/");
  const bucketUri = `s3://${bucket}`;
  const storeUri = folder === "" ? bucketUri : `${bucketUri}/${folder}`;
  const uri = (key: string): string => `${storeUri}/${key}`;
  return {
    bucket,
    storeUri,
    fullKey: (key) => (folder === "" ? key : `${folder}/${key}`),
    uri,
    placeOf: (key) => ({ bucketUri, storeUri, target: uri(key) }),
  };
}
