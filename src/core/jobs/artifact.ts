import type { JobRowId } from "../base/ids.ts";
import type { StagedResult } from "../ports/stored-object.ts";

/** The stored result of a job. */
export interface Artifact {
  readonly jobRowId: JobRowId;
  readonly uri: string;
  readonly result: StagedResult;
  /** `null` until the object is committed and proven. */
  readonly committedAt: Date | null;
}
