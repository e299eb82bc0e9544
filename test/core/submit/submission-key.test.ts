import { expect, it } from "vitest";
import { isSameSubmission, type SubmissionKey } from "../../../src/core/submit/submission-key.ts";

const KEY: SubmissionKey = { exporter: "agent-info", outputFormat: "JSON" };

it.each<[string, SubmissionKey, boolean]>([
  ["the same exporter and format", { ...KEY }, true],
  ["another exporter", { ...KEY, exporter: "mu-results" }, false],
  ["another format", { ...KEY, outputFormat: "PIPE" }, false],
])("submissions of %s are the same: %#", (_what, other, isSame) => {
  expect([isSameSubmission(KEY, other), isSameSubmission(other, KEY)]).toEqual([isSame, isSame]);
});
