import { quote } from "./schema-helpers.ts";
import type { Report } from "./problem.ts";

/** Reports every repetition of a word in a list. */
export function reportDuplicates(words: unknown, report: Report): void {
  if (!Array.isArray(words)) return;
  for (const [index, word] of words.entries()) {
    if (typeof word === "string" && words.indexOf(word) < index) report([index], `${quote(word)} is listed twice; remove one`);
  }
}
