/** Our own ids are UUIDs; the vendor's job ids are 32 characters that mean nothing to us. */
export type RunId = string & { readonly __brand: "RunId" };
export type JobId = string & { readonly __brand: "JobId" };
export type OrphanId = string & { readonly __brand: "OrphanId" };
export type VendorJobId = string & { readonly __brand: "VendorJobId" };

/** Makes new ids and tokens; handed in, so that a test can predict them. */
export type NewId = () => string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isRunId(text: string): text is RunId {
  return UUID.test(text);
}

/** A vendor id ends up in URLs and object keys, so only harmless characters pass. */
export function parseVendorJobId(value: unknown): VendorJobId | null {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? (value as VendorJobId) : null;
}
