import { z } from "zod";
import { FILE_EXTENSIONS, type OutputFormat } from "../exporters/built-in-exporters.ts";
import type { ResultFailure } from "../base/failure.ts";
import type { JobId } from "../base/ids.ts";
import type { Announced } from "../ports/smartsync.ts";
import type { QuarantineCopy } from "../ports/stored-object.ts";

/** Which result it is. */
export interface QuarantineName {
  readonly connection: string;
  readonly jobId: JobId;
  /** `null`: the server does not say. */
  readonly outputFormat: OutputFormat | null;
}

export function quarantineKey({ connection, jobId, outputFormat }: QuarantineName, encoding: QuarantineCopy["encoding"]): string {
  const extension = outputFormat ? `.${FILE_EXTENSIONS[outputFormat]}` : "";
  return `_quarantine/${connection}/${jobId}${extension}${encoding === "gzip" ? ".gz" : ""}`;
}

/** The key of the note about a quarantined object, beside the object. */
export function quarantineNoteKey({ connection, jobId }: Pick<QuarantineName, "connection" | "jobId">): string {
  return `_quarantine/${connection}/${jobId}.about.json`;
}

/** The only check of a copy that was not read: whether it has the announced size. `null`: it has, or none was announced. */
export function wrongSize({ bytes, encoding }: Pick<QuarantineCopy, "bytes" | "encoding">, announced: Announced): ResultFailure | null {
  const what = encoding === "gzip" ? "compressed" : "uncompressed";
  const expected = announced[`${what}Bytes`];
  return expected === null || expected === bytes ? null : { reason: "bytes-differ", what, received: bytes, announced: expected };
}

/** The note beside a quarantined object. `proven` is always false, because the object was not read. */
export const quarantineNoteSchema = z.strictObject({
  schemaVersion: z.literal(1),
  proven: z.literal(false),
  connection: z.string(),
  jobId: z.string(),
  /** `null`: none of our runs requested it. */
  run: z.strictObject({ id: z.string(), export: z.string(), from: z.string(), to: z.string() }).nullable(),
  artifact: z.strictObject({ uri: z.string(), bytes: z.number(), sha256: z.string(), mediaType: z.string(), encoding: z.string() }),
  /** What the server said about the job. */
  status: z.record(z.string(), z.unknown()),
  deadline: z.iso.datetime(),
  quarantinedAt: z.iso.datetime(),
});

export type QuarantineNote = z.infer<typeof quarantineNoteSchema>;
