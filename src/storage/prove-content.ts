import type { StagedObject } from "../core/ports/stored-object.ts";
import { digestStream } from "./digest-stream.ts";

/** How the stored bytes compare with those that were sent; `difference` is in words. */
export type Proof =
  { readonly outcome: "same" } | { readonly outcome: "missing" } | { readonly outcome: "differs"; readonly difference: string };

/** Reads stored bytes to their end; `null` means that nothing is stored. Rejects if they cannot be read. */
export async function proveContent(stored: AsyncIterable<Uint8Array> | null, sent: Pick<StagedObject, "bytes" | "sha256">): Promise<Proof> {
  if (stored === null) return { outcome: "missing" };
  const found = await digestStream(stored);
  const sizes = proveSize(found.bytes, sent.bytes);
  if (sizes.outcome !== "same" || found.sha256 === sent.sha256) return sizes;
  return { outcome: "differs", difference: `SHA-256 ${found.sha256} stored, ${sent.sha256} sent` };
}

export function proveSize(storedBytes: number, sentBytes: number): Proof {
  if (storedBytes === sentBytes) return { outcome: "same" };
  return { outcome: "differs", difference: `${storedBytes} bytes stored, ${sentBytes} bytes sent` };
}

/** Why a proof failed, in words. */
export function describeDifference(proof: Exclude<Proof, { readonly outcome: "same" }>): string {
  return proof.outcome === "differs" ? proof.difference : "no object is there after it was stored";
}
