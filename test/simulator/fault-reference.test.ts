import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultReference } from "../../src/simulator/fault-reference.ts";
import { describeFaults, FAULTS } from "../../src/simulator/faults.ts";
import { call, openSimulator } from "./plain-client.ts";

test("the checked-in page of faults is current, and lists every one", () => {
  const stored = readFileSync(new URL("../../src/simulator/README.md", import.meta.url), "utf8");
  expect(stored, "write it again: node --import tsx src/simulator/write-fault-reference.ts").toBe(faultReference());
  for (const name of Object.keys(FAULTS)) expect(stored).toMatch(new RegExp(`\\| \`${name}\` \\|.*\\| .+ \\|`));
  expect(stored.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(Object.keys(FAULTS).length);
});

test.each(["/", "/faults", "/~spelling=double/"])("the simulator serves the list at %s, to anybody", async (path) => {
  const { simulator, url } = await openSimulator();
  try {
    const page = await call(url + path);
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(page.text).toBe(describeFaults());
  } finally {
    await simulator.close();
  }
});
