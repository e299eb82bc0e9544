import { expect, it } from "vitest";
import { assertNever } from "../../../src/core/base/assert-never.ts";

it("A value that no branch handles is thrown, and named in the message", () => {
  expect(() => assertNever({ reason: "new" } as never)).toThrow('unexpected value: {"reason":"new"}');
});
