import type { StagedObject } from "../core/stored-object.ts";
import { digestStream } from "./digest-stream.ts";

/** How what is stored compares with what was sent; `difference` is in words. */
export type Proof =
  { readonly verdict: "same" } | { readonly verdict: "missing" } | { readonly verdict: "differs"; readonly difference: string };

/** Reads stored bytes to their end. `null` stands for nothing stored. Rejects when they cannot be read. */
export async function proveContent(stored: AsyncIterable<Uint8Array> | null, sent: Pick<StagedObject, "bytes" | "sha256">): Promise<Proof> {
  if (stored === null) return { verdict: "missing" };
  const found = await digestStream(stored);
  const sizes = proveSize(found.bytes, sent.bytes);
  if (sizes.verdict !== "same" || found.sha256 === sent.sha256) return sizes;
  return { verdict: "differs", difference: `SHA-256 ${found.sha256} stored, ${sent.sha256} sent` };
}

export function proveSize(storedBytes: number, sentBytes: number): Proof {
  if (storedBytes === sentBytes) return { verdict: "same" };
  return { verdict: "differs", difference: `${storedBytes} bytes stored, ${sentBytes} bytes sent` };
}

/** Why a proof failed, in words. */
export function describeDifference(proof: Exclude<Proof, { readonly verdict: "same" }>): string {
  return proof.verdict === "differs" ? proof.difference : "nothing stands there after it was stored";
}
