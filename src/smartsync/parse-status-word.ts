import type { WfmStatus } from "../core/ports/smartsync.ts";

const WORDS: Readonly<Record<string, WfmStatus>> = {
  WAITING: "waiting",
  RUNNING: "running",
  // The vendor's status page has the first spelling, its introduction the second.
  COMPLETED_SUCCESFULLY: "completed",
  COMPLETED_SUCCESSFULLY: "completed",
  FAILED: "failed",
  CANCELED: "canceled",
  CANCELLED: "canceled",
};

/** A word that is not in the vendor's list is `unknown`, even if it resembles one. */
export function parseStatusWord(word: string): WfmStatus {
  const plain = word.toUpperCase().replace(/[\s-]+/g, "_");
  return Object.hasOwn(WORDS, plain) ? (WORDS[plain] ?? "unknown") : "unknown";
}
