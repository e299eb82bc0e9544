import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultReference } from "../../src/simulator/fault-reference.ts";
import { describeFaults, FAULTS } from "../../src/simulator/faults.ts";
import { sendRequest, openSimulator } from "./plain-client.ts";

test("the committed page of faults is up to date and complete", () => {
  const stored = readFileSync(new URL("../../src/simulator/README.md", import.meta.url), "utf8");
  expect(stored, "generate it again: node --import tsx src/simulator/write-fault-reference.ts").toBe(faultReference());
  for (const name of Object.keys(FAULTS)) expect(stored).toMatch(new RegExp(`\\| \`${name}\` \\|.*\\| .+ \\|`));
  expect(stored.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(Object.keys(FAULTS).length);
});

test.each(["/", "/faults", "/~spelling=double/"])("the simulator serves the list at %s without a login", async (path) => {
  const { simulator, url } = await openSimulator();
  try {
    const page = await sendRequest(url + path);
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(page.text).toBe(describeFaults());
  } finally {
    await simulator.close();
  }
});
