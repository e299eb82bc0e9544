import { expect, it } from "vitest";
import { err, ok, type Result } from "../../../src/core/base/result.ts";

it.each<[Result<number, string>, string]>([
  [ok(7), "7"],
  [err("too large"), "too large"],
])("A result is its value or its error: %j", (result, text) => {
  expect(String(result.ok ? result.value : result.error)).toBe(text);
});
