import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { err, ok, type Result } from "../core/result.ts";
import type { EmbeddedFailure } from "./embedded-failure.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import { readText, type ServerFolders } from "./server-folders.ts";

export const SUPERUSER = "nightferry";

/** Makes the data folder at the first call; afterwards it only looks whether this version can use it. */
export async function initializeData(
  folders: ServerFolders,
  binaries: ServerBinaries,
  account: ServerAccount | null,
  password: string,
): Promise<Result<void, EmbeddedFailure>> {
  const found = (await readText(join(folders.data, "PG_VERSION")))?.trim() ?? null;
  if (found === binaries.majorVersion) return ok(undefined);
  if (found !== null) return err({ reason: "data-of-other-version", folder: folders.data, found, expected: binaries.majorVersion });
  // A crash in the middle leaves a draft behind, never half a data folder.
  const draft = join(folders.server, "data.draft");
  const passwordFile = join(folders.server, "password.draft");
  await rm(draft, { recursive: true, force: true });
  await writePassword(passwordFile, password, account);
  const made = await runProgram(binaries.initdb, initdbArguments(draft, passwordFile), { account, cwd: folders.server });
  await rm(passwordFile, { force: true });
  if (made.ok) {
    await rename(draft, folders.data);
    return ok(undefined);
  }
  await rm(draft, { recursive: true, force: true });
  if (!made.error.didRun) return err({ reason: "no-binaries", platform: `${process.platform}-${process.arch}: ${made.error.detail}` });
  return err({ reason: "cannot-initialize", folder: folders.data, detail: made.error.detail });
}

/** Always a new file: where we are root, the folder is another account's, whose links we do not follow. */
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
