import type { VendorStatus } from "../core/smartsync.ts";

const WORDS: Readonly<Record<string, VendorStatus>> = {
  WAITING: "waiting",
  RUNNING: "running",
  // The vendor's status page prints the first spelling, its introduction the second.
  COMPLETED_SUCCESFULLY: "completed",
  COMPLETED_SUCCESSFULLY: "completed",
  FAILED: "failed",
  CANCELED: "canceled",
  CANCELLED: "canceled",
};

/** A word that is not in the vendor's list is `unknown`, however much it looks like one of them. */
export function parseStatusWord(word: string): VendorStatus {
  const plain = word.toUpperCase().replace(/[\s-]+/g, "_");
  return Object.hasOwn(WORDS, plain) ? (WORDS[plain] ?? "unknown") : "unknown";
}
