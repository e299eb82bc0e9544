import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nightferry-terms-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

test("accepts the terms of the glossary, and the replaced ones where they belong", async () => {
  await write(
    "src/core/jobs/next-scheduled-time.ts",
    "/** Claims a job of a business unit. */\nexport const businessUnitIds = heartbeatMs;\n",
  );
  await write("test/core/done.test.ts", "const outcomes = await Promise.allSettled(managementUnits);\n");
  await write("docs/glossary.md", "| scheduled time | slot |\n");
  await write("prisma/migrations/2_scheduled_times/migration.sql", "ALTER TABLE slots RENAME TO scheduled_times;\n");
  await write("CHANGELOG.md", "- `cutByDate` of an exporter is called `splitByDate`, and `_rescued/` is `_quarantine/`.\n");

  expect(await check()).toEqual({ code: 0, lines: [] });
});

test("names the file, the line and the new term of every replaced word and phrase, and of every unknown word", async () => {
  const forms = [
    "vendorJobId",
    "VendorJob",
    "put-back",
    "wasSetAside",
    "letGo",
    "no-place",
    "mostUnits",
    "unitsIn",
    "fitting_units",
    "job.moved",
  ];
  await write("CHANGELOG.md", "- A folder.\n");
  await write("docs/d.md", "It was rescued, and adopting it\nis not due any\nmore.\n");
  await write("package.json", '{ "scripts": { "sweep": "true" } }\n');
  await write("src/core/schedule/slot.ts", "export const nextSlotAt = 1;\n");
  await write("src/flows/let-go.ts", "// A sentance.\n");
  await write("test/c.test.ts", "const DISOWNED_JOBS = 1;\n");
  await write("workers/forms.ts", forms.map((form) => `// ${form}\n`).join(""));

  const { code, lines } = await check();

  expect(code).toBe(1);
  expect(lines.filter((line) => !line.startsWith("workers/"))).toEqual([
    "CHANGELOG.md:1:5 - Forbidden word (folder) fix: (partition, directory)",
    "docs/d.md:1:8 - Forbidden word (rescued) fix: (quarantined)",
    "docs/d.md:1:21 - Forbidden word (adopting) fix: (claiming)",
    "docs/d.md:2:12 - Forbidden phrase (any more) fix: (no longer)",
    "package.json:1:17 - Forbidden word (sweep) fix: (reconcile, pass)",
    "src/core/schedule/slot.ts:0:19 - Forbidden word in the file name (slot) fix: (scheduled time)",
    "src/core/schedule/slot.ts:1:18 - Forbidden word (Slot) fix: (Scheduled time)",
    "src/flows/let-go.ts:0:0 - Forbidden phrase in the file name, fix: (release)",
    "src/flows/let-go.ts:1:6 - Unknown word (sentance) fix: (sentence)",
    "test/c.test.ts:1:7 - Forbidden word (DISOWNED) fix: (CLAIM REJECTED)",
  ]);
  expect(lines.filter((line) => line.startsWith("workers/")).map((line) => line.split(":")[1])).toEqual(
    forms.map((_, index) => `${index + 1}`),
  );
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

async function check(): Promise<{ code: number; lines: string[] }> {
  const args = ["--import", "tsx", "test/tooling/check-terms.ts", "--root", root];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, output) => {
      resolve({ code: error === null ? 0 : Number(error.code), lines: output.split("\n").filter((line) => line !== "") });
    });
  });
}
