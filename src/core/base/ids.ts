/** Our own ids are UUIDs. WFM's job ids are opaque to us: 32 characters. */
export type RunId = string & { readonly __brand: "RunId" };
export type JobRowId = string & { readonly __brand: "JobRowId" };
export type OrphanId = string & { readonly __brand: "OrphanId" };
export type JobId = string & { readonly __brand: "JobId" };

/** Makes new ids and tokens. It is passed in, so that a test can predict them. */
export type NewId = () => string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isRunId(text: string): text is RunId {
  return UUID.test(text);
}

/** Reads WFM's id of a job. It becomes part of URLs and object keys, so only letters, digits, `_` and `-` are accepted. */
export function parseJobId(value: unknown): JobId | null {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? (value as JobId) : null;
}
