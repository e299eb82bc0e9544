import { expect, it } from "vitest";
import { TransferError } from "../../../src/core/ports/smartsync.ts";
import { FAILURES } from "../../factories/failure-samples.ts";

it("A transfer error carries the failure of the transfer out of the iterator", () => {
  const error = new TransferError(FAILURES["body-cut"]);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "TransferError", message: "body-cut", failure: FAILURES["body-cut"] });
});
