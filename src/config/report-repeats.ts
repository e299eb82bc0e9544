import { quote } from "./expectation.ts";
import type { Report } from "./problem.ts";

/** Reports the words of a list that stand in it already. */
export function reportRepeats(words: unknown, report: Report): void {
  if (!Array.isArray(words)) return;
  for (const [index, word] of words.entries()) {
    if (typeof word === "string" && words.indexOf(word) < index) report([index], `${quote(word)} is listed twice; keep one`);
  }
}
