import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { err, ok, type Result } from "../core/base/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import { readText, type ServerDirectories } from "./server-directories.ts";

export const SUPERUSER = "nightferry";

/** Creates the data directory on the first call. Later calls only check that this version of PostgreSQL can use it. */
export async function initializeData(
  directories: ServerDirectories,
  binaries: ServerBinaries,
  account: ServerAccount | null,
  password: string,
): Promise<Result<void, EmbeddedFailure>> {
  const found = (await readText(join(directories.data, "PG_VERSION")))?.trim() ?? null;
  if (found === binaries.majorVersion) return ok(undefined);
  if (found !== null) return err({ reason: "data-of-other-version", directory: directories.data, found, expected: binaries.majorVersion });
  // Initialized under another name, so that a crash never leaves an incomplete data directory.
  const draft = join(directories.server, "data.draft");
  const passwordFile = join(directories.server, "password.draft");
  await rm(draft, { recursive: true, force: true });
  await writePassword(passwordFile, password, account);
  const initialized = await runProgram(binaries.initdb, initdbArguments(draft, passwordFile), { account, cwd: directories.server });
  await rm(passwordFile, { force: true });
  if (initialized.ok) {
    await rename(draft, directories.data);
    return ok(undefined);
  }
  await rm(draft, { recursive: true, force: true });
  if (!initialized.error.didRun)
    return err({ reason: "no-binaries", platform: `${process.platform}-${process.arch}: ${initialized.error.detail}` });
  return err({ reason: "cannot-initialize", directory: directories.data, detail: initialized.error.detail });
}

/** Creates a new file. As root we must not follow a symbolic link, because the directory belongs to another account. */
async function writePassword(path: string, password: string, account: ServerAccount | null): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${password}\n`);
    if (account) await file.chown(account.uid, account.gid);
  } finally {
    await file.close();
  }
}

function initdbArguments(data: string, passwordFile: string): string[] {
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  return ["-D", data, "-U", SUPERUSER, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--no-instructions", ...locale];
}
