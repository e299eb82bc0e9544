import { expect, it } from "vitest";
import { errorMessage } from "../../src/core/error-message.ts";

it.each([
  [new TypeError("no such column"), "no such column"],
  ["disk full", "disk full"],
  [undefined, "undefined"],
  [404, "404"],
])("names what was thrown: %s", (thrown, message) => {
  expect(errorMessage(thrown)).toBe(message);
});
