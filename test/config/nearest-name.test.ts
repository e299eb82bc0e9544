import { expect, test } from "vitest";
import { nearestName, suggestName } from "../../src/config/nearest-name.ts";

test.each([
  ["exportr", "exporter"],
  ["EXPORTER", "exporter"],
  ["tpye", "type"],
  ["conections", "connections"],
  ["url", "url"],
  ["colour", null],
  ["", null],
])("%s was meant to be %s", (word, name) => {
  expect(nearestName(word, ["url", "type", "exporter", "connections"])).toBe(name);
});

test("the nearest of several wins", () => {
  expect(nearestName("agent-schedule-detial", ["agent-schedule-summary", "agent-schedule-detail", "agent-adherence-detail"])).toBe(
    "agent-schedule-detail",
  );
});

test("without a near name all names are listed", () => {
  expect(suggestName("x", ["lake", "disk"])).toBe("known here: lake, disk");
  expect(suggestName("x", [])).toBe("there are none yet");
});
