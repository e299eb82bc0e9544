import { expect, test } from "vitest";
import { nearestName, suggestName } from "../../src/config/nearest-name.ts";

test.each([
  ["exportr", "exporter"],
  ["EXPORTER", "exporter"],
  ["tpye", "type"],
  ["conections", "connections"],
  ["url", "url"],
  ["color", null],
  ["", null],
])("suggests for %j: %s", (word, name) => {
  expect(nearestName(word, ["url", "type", "exporter", "connections"])).toBe(name);
});

test("picks the closest of several names", () => {
  expect(nearestName("agent-schedule-detial", ["agent-schedule-summary", "agent-schedule-detail", "agent-adherence-detail"])).toBe(
    "agent-schedule-detail",
  );
});

test("lists all names when none is close", () => {
  expect(suggestName("x", ["lake", "disk"])).toBe("use one of lake, disk");
  expect(suggestName("x", ["lake"])).toBe("use lake");
  expect(suggestName("x", [])).toBe("none is defined");
});
