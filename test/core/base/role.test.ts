import { expect, it } from "vitest";
import { ROLES, WORK_ROLES, WORKER_ROLES } from "../../../src/core/base/role.ts";

it("A worker process has every role that claims work, except the schedule", () => {
  expect(WORKER_ROLES).toEqual(WORK_ROLES.filter((role) => role !== "schedule"));
});

it("A process may do the work of every role, and serve HTTP", () => {
  expect(ROLES).toEqual([...WORK_ROLES, "http"]);
});
