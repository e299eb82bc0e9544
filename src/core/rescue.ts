import { z } from "zod";
import type { OutputFormat } from "./exporter-catalog.ts";
import type { ResultFailure } from "./failure.ts";
import type { VendorJobId } from "./ids.ts";
import type { Announced } from "./smartsync.ts";

/** A result stored as it came, before anybody has proven it. */
export interface RescuedCopy {
  /** Below the destination's prefix. */
  readonly key: string;
  readonly uri: string;
  /** Size of the object in bytes, as they came over the wire. */
  readonly bytes: number;
  /** Of the stored bytes, lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly encoding: "gzip" | "identity";
  readonly rescuedAt: Date;
}

/** Whose result it is, by the names that the vendor gave it. */
export interface RescuedName {
  readonly connection: string;
  readonly vendorJobId: VendorJobId;
  /** `null`: the server did not say. */
  readonly outputFormat: OutputFormat | null;
}

const EXTENSIONS: Readonly<Record<OutputFormat, string>> = { JSON: "json", PIPE: "txt", XML: "xml" };

export function rescuedKey({ connection, vendorJobId, outputFormat }: RescuedName, encoding: RescuedCopy["encoding"]): string {
  const extension = outputFormat ? `.${EXTENSIONS[outputFormat]}` : "";
  return `_rescued/${connection}/${vendorJobId}${extension}${encoding === "gzip" ? ".gz" : ""}`;
}

/** Where it is said what a rescued object is: it lies beside it. */
export function rescueNoteKey({ connection, vendorJobId }: Pick<RescuedName, "connection" | "vendorJobId">): string {
  return `_rescued/${connection}/${vendorJobId}.about.json`;
}

/** The one thing that can be said of a copy that nobody has read: whether it has the size that the status states. `null`: nothing is wrong. */
export function wrongSize({ bytes, encoding }: Pick<RescuedCopy, "bytes" | "encoding">, announced: Announced): ResultFailure | null {
  const what = encoding === "gzip" ? "compressed" : "uncompressed";
  const stated = announced[`${what}Bytes`];
  return stated === null || stated === bytes ? null : { reason: "bytes-differ", what, received: bytes, announced: stated };
}

/** What lies beside a rescued object. `proven` is always false: nobody has read it yet. */
export const rescueNoteSchema = z.strictObject({
  schemaVersion: z.literal(1),
  proven: z.literal(false),
  connection: z.string(),
  jobId: z.string(),
  /** `null`: nobody here asked for it. */
  run: z.strictObject({ id: z.string(), export: z.string(), from: z.string(), to: z.string() }).nullable(),
  artifact: z.strictObject({ uri: z.string(), bytes: z.number(), sha256: z.string(), mediaType: z.string(), encoding: z.string() }),
  /** What the status said of the job. */
  status: z.record(z.string(), z.unknown()),
  deadline: z.iso.datetime(),
  rescuedAt: z.iso.datetime(),
});

export type RescueNote = z.infer<typeof rescueNoteSchema>;
