import { expect, it } from "vitest";
import { errorMessage } from "../../../src/core/base/error-message.ts";

it.each([
  [new TypeError("not a function"), "not a function"],
  ["a text", "a text"],
  [undefined, "undefined"],
  [new URL("https://wfm.example.com/"), "https://wfm.example.com/"],
])("Anything that was thrown has a message: %#", (thrown, message) => {
  expect(errorMessage(thrown)).toBe(message);
});
