import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileStore } from "../../src/storage/file/create-file-store.ts";
import { describeObjectStore } from "./object-store.suite.ts";

describeObjectStore("files", async () => {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-files-"));
  const path = join(directory, "archive");
  const uploads = join(path, ".uploads");
  const partBytes = 64;
  return {
    open: () => createFileStore({ path, partBytes }),
    partBytes,
    countUnfinished: async () => (existsSync(uploads) ? (await readdir(uploads)).length : 0),
    close: () => rm(directory, { recursive: true }),
  };
});
