import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXPORTERS } from "../../../src/core/exporters/built-in-exporters.ts";
import { exporterPage } from "../../../src/core/exporters/exporter-page.ts";
import { KNOWN_PARAMETERS } from "../../../src/core/exporters/parameter-kind.ts";

/** What follows the heading of an exporter, up to the next heading. */
function sectionOf(slug: string): string {
  const [section] = exporterPage().split(`\n## ${slug}\n`)[1]?.split("\n## ") ?? [];
  return section ?? "";
}

describe("the page about exporters", () => {
  it("is the page in docs", () => {
    const stored = readFileSync(new URL("../../../docs/exporters.md", import.meta.url), "utf8");
    expect(stored, "write it again: node --import tsx src/config/write-exporter-page.ts").toBe(exporterPage());
  });

  it.each(EXPORTERS)("has a section about $slug with all of its parameters", ({ slug, title, parameters }) => {
    const section = sectionOf(slug);
    expect(section).toContain(`${title}. It selects by `);
    for (const parameter of Object.keys(parameters)) expect(section).toContain(`| \`${parameter}\` |`);
  });

  it("says what the value of every parameter looks like", () => {
    for (const parameter of KNOWN_PARAMETERS) expect(exporterPage()).toContain(`\n| \`${parameter}\` | `);
  });

  it.each([
    ["agent-info", "the request is split by entities only."],
    ["mu-results", "the request is split by dates, then by entities."],
    ["agent-schedule-detail", "the request is split by dates (not with `disableMidnightCutOff`), then by entities."],
  ])("says how a request to %s is split: %s", (slug, sentence) => {
    expect(sectionOf(slug)).toContain(sentence);
  });

  it("leaves a cell empty where a format has no such parameter", () => {
    expect(sectionOf("mu-opens")).toContain("| parameter | XML | JSON |\n|---|---|---|\n| `keepEmptyJsonFields` | forbidden | optional |");
  });
});
