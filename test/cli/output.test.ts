import { describe, expect, it } from "vitest";
import { createOutput, formatBytes, formatInterval, formatTime, quantity } from "../../src/cli/output.ts";

function record() {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    ({ isTTY: false, write: (text: string) => Boolean((written[name] += text)) }) as unknown as NodeJS.WriteStream;
  return { output: createOutput(stream("stdout"), stream("stderr")), written };
}

describe("the output", () => {
  it("writes results to standard output, and notes to standard error", () => {
    const { output, written } = record();
    output.line("a result");
    output.json({ a: [1] });
    output.note("a note");
    expect(written).toEqual({ stdout: 'a result\n{\n  "a": [\n    1\n  ]\n}\n', stderr: "a note\n" });
  });

  it("aligns the columns of a table without lines between them", () => {
    const { output, written } = record();
    output.table(
      ["kind", "name"],
      [
        ["management unit", "Łódź"],
        ["bu", "EMEA"],
      ],
    );
    const columns = written.stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().split(/ {2,}/));
    expect(columns).toEqual([
      ["kind", "name"],
      ["management unit", "Łódź"],
      ["bu", "EMEA"],
    ]);
  });

  it("has no color in a file or a pipe", () => {
    expect(record().output.style("green", "text")).toBe("text");
  });

  it.each([
    [formatBytes(1023), "1023 B"],
    [formatBytes(1536), "1.5 KiB"],
    [formatBytes(5 * 1024 ** 4), "5.0 TiB"],
    [formatBytes(5 * 1024 ** 5), "5120.0 TiB"],
    [formatTime(new Date("2026-11-22T01:30:00.250Z")), "2026-11-22T01:30:00Z"],
    [formatTime(null), "-"],
    [formatInterval({ from: "2026-11-22", to: "2026-11-22" }), "2026-11-22"],
    [formatInterval({ from: "2026-11-20", to: "2026-11-22" }), "2026-11-20..2026-11-22"],
    [quantity(0, "job"), "0 jobs"],
    [quantity(1, "entity", "entities"), "1 entity"],
    [quantity(2, "entity", "entities"), "2 entities"],
  ])("prints %s as %s", (printed, expected) => {
    expect(printed).toBe(expected);
  });
});
