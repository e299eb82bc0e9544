import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const ROOT = new URL("../..", import.meta.url).pathname;

/** This checkout as it was when its packages had been installed, elsewhere. */
async function copyCheckout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nightferry-checkout-"));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  for (const name of ["src", "workers", "prisma", "package.json", "package-lock.json", "tsconfig.json"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await mkdir(join(folder, "node_modules"));
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    const [from, to] = [join(ROOT, "node_modules", name), join(folder, "node_modules", name)];
    await (name === ".nightferry-setup.json" ? cp(from, to) : symlink(from, to));
  }
  return folder;
}

it("the set-up builds what was changed since, and nothing twice", async () => {
  const folder = await copyCheckout();
  const builtAt = async (): Promise<number> => {
    await promisify(execFile)(process.execPath, [join(folder, "src/cli/setup.mjs")]);
    return (await stat(join(folder, "dist/src/cli/main.js"))).mtimeMs;
  };
  const first = await builtAt();
  expect(await builtAt()).toBe(first);
  await appendFile(join(folder, "src/core/clock.ts"), "\n// Somebody has pulled.\n");
  const second = await builtAt();
  expect(second).toBeGreaterThan(first);
  await appendFile(join(folder, "workers/archiver.ts"), "\n// And again.\n");
  expect(await builtAt()).toBeGreaterThan(second);
});
