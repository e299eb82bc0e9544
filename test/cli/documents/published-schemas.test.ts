import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { PUBLISHED_SCHEMAS, SCHEMAS_DIRECTORY, jsonSchemaOf } from "../../../src/cli/documents/published-schemas.ts";
import { runDetailDocument, runDocument } from "../../../src/cli/documents/run-document.ts";
import { manifestKey } from "../../../src/core/publish/object-key.ts";
import { buildInterval, buildRun } from "../../factories/build-run.ts";
import { NOW, jobsByState } from "../../factories/job-samples.ts";
import { openCommandSite, printedJson } from "../nightferry.ts";

const REGENERATE = "write it again: node --import tsx src/cli/documents/write-schemas.ts && npm run format";

function storedSchema(name: string): z.core.JSONSchema.JSONSchema {
  return JSON.parse(readFileSync(new URL(`${name}.schema.json`, SCHEMAS_DIRECTORY), "utf8")) as z.core.JSONSchema.JSONSchema;
}

/** Validates with the checked-in file, as another program would. */
function expectValid(name: string, document: unknown): void {
  const { error } = z.fromJSONSchema(storedSchema(name)).safeParse(document);
  expect(error && z.prettifyError(error), name).toBeUndefined();
}

describe("a published schema", () => {
  it.each(PUBLISHED_SCHEMAS.map((published) => [published.name, published] as const))("of %s is up to date", (name, published) => {
    expect(storedSchema(name), REGENERATE).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(published))));
  });

  it("exists for each file in docs/schemas", () => {
    const files = readdirSync(SCHEMAS_DIRECTORY).sort();
    expect(files).toEqual(PUBLISHED_SCHEMAS.map(({ name }) => `${name}.schema.json`).sort());
  });

  it("rejects a member that it does not name", () => {
    const run = runDocument({ run: buildRun(), jobs: [] });
    expectValid("runs", [run]);
    expect(z.fromJSONSchema(storedSchema("runs")).safeParse([{ ...run, more: 1 }]).success).toBe(false);
    expect(z.fromJSONSchema(storedSchema("runs")).safeParse([{ ...run, createdAt: "yesterday" }]).success).toBe(false);
  });
});

describe("the output", () => {
  it("of show is valid for a run with a job in every state", () => {
    const jobs = Object.values(jobsByState());
    const document = runDetailDocument({ run: buildRun(), jobs }, [], NOW);
    expect(document.jobs.map(({ id, state }) => ({ id, state }))).toEqual(jobs.map(({ id, state }) => ({ id, state })));
    expectValid("show", document);
  });

  it("of show is valid for a run that is not planned yet, and for one whose selection changed", () => {
    const failure = { reason: "unreachable", target: "https://wfm.example.com", detail: "ECONNREFUSED" } as const;
    const planning = { failedAttempts: 1, notBefore: NOW, lastFailure: failure };
    const unplanned = runDetailDocument({ run: buildRun({ planning }), jobs: [] }, [], NOW);
    expect(unplanned.waitingFor?.message).toContain("https://wfm.example.com");
    expectValid("show", unplanned);
    const selectionChange = { added: { muIds: [3] }, removed: { ctIds: [1] } };
    const selection = { muIds: [3], timeOff: { allTimeOffGroups: {} } };
    expectValid("show", runDetailDocument({ run: buildRun({ selection, selectionChange }), jobs: [] }, [], NOW));
  });

  it("of every command, and the manifest, is valid after a run with a split job and a forbidden entity", async () => {
    const site = await openCommandSite({
      exports: {
        schedules: {
          connection: "acme",
          exporter: "agent-schedule-detail",
          schedule: "30 1 1 1 *",
          select: { muIds: [101, 102, 103, 104] },
          onForbidden: "skip",
          destination: "lake",
        },
      },
      simulator: { faults: "too-large=2,forbidden=102" },
    });
    const range = ["--from", "2026-11-22", "--to", "2026-11-22"];
    const { error } = await site.try(["run", "schedules", ...range]);
    expect(error).toMatchObject({ exitCode: 1 });
    const runs = (await site.json(["runs"])) as { id: string }[];
    expectValid("runs", runs);
    const shown = (await site.json(["show", runs[0]!.id])) as { outcome: string; missing: unknown[]; jobs: { state: string }[] };
    expect(shown).toMatchObject({ outcome: "partial" });
    expect(shown.missing).toHaveLength(1);
    expect(shown.jobs.filter(({ state }) => state === "split").length).toBeGreaterThan(0);
    expectValid("show", shown);
    const coverage = (await site.json(["coverage", "schedules", "--from", "2026-11-20", "--to", "2026-11-22"])) as object[];
    expect(coverage).toMatchObject([
      { state: "missing" },
      { state: "missing" },
      { state: "partial", missing: [{ entities: { muIds: [102] } }] },
    ]);
    expectValid("coverage", coverage);
    expectValid("plan", await site.json(["plan"]));
    expectValid("entities", await site.json(["entities", "acme"]));
    const manifest = join(site.archive, manifestKey("schedules", buildInterval("2026-11-22")));
    expectValid("manifest", JSON.parse(await readFile(manifest, "utf8")));
  });

  it("of exporters is valid for all of them, and for each", async () => {
    const all = (await printedJson(["exporters"])) as { slug: string }[];
    expectValid("exporters", all);
    for (const { slug } of all) expectValid("exporter", await printedJson(["exporters", slug]));
  });
});
