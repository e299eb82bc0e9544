import type { OutputFormat } from "../exporters/built-in-exporters.ts";

/** At most one submission of a connection and key may be in doubt, so that a job on the server belongs to one of them at most. */
export interface SubmissionKey {
  readonly exporter: string;
  readonly outputFormat: OutputFormat;
}

export function isSameSubmission(one: SubmissionKey, other: SubmissionKey): boolean {
  return one.exporter === other.exporter && one.outputFormat === other.outputFormat;
}
