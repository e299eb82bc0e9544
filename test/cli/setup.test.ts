import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A copy of this checkout, with its packages installed. */
async function copyCheckout(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-checkout-"));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  for (const name of ["src", "workers", "prisma", "package.json", "package-lock.json", "tsconfig.json"]) {
    await cp(join(ROOT, name), join(directory, name), { recursive: true });
  }
  await mkdir(join(directory, "node_modules"));
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    const [from, to] = [join(ROOT, "node_modules", name), join(directory, "node_modules", name)];
    await (name === ".nightferry-setup.json" ? cp(from, to) : symlink(from, to));
  }
  return directory;
}

it("the setup builds again after a change, and only then", async () => {
  const directory = await copyCheckout();
  const builtAt = async (): Promise<number> => {
    await promisify(execFile)(process.execPath, [join(directory, "src/cli/setup.mjs")]);
    return (await stat(join(directory, "dist/src/cli/main.js"))).mtimeMs;
  };
  const first = await builtAt();
  expect(await builtAt()).toBe(first);
  await appendFile(join(directory, "src/core/base/clock.ts"), "\n// A change.\n");
  const second = await builtAt();
  expect(second).toBeGreaterThan(first);
  await appendFile(join(directory, "workers/archiver.ts"), "\n// Another change.\n");
  expect(await builtAt()).toBeGreaterThan(second);
});
