import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../src/core/ports/object-store.ts";
import type { StagedObject } from "../../src/core/ports/stored-object.ts";
import { createFileStore } from "../../src/storage/file/create-file-store.ts";
import { translateFileError } from "../../src/storage/file/translate-file-error.ts";
import { GZIPPED_JSON, makeBody, read, stage, valueOf } from "../contracts/object-store.steps.ts";

const KEY = "schedules/date=2026-11-22/part-000.json.gz";

describe("file store and a file system that misbehaves", () => {
  let directory: string;
  let root: string;
  let store: ObjectStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "nightferry-faults-"));
    root = join(directory, "archive");
    store = createFileStore({ path: root, partBytes: 64 });
  });
  afterEach(() => rm(directory, { recursive: true }));

  function uploadPathOf(staged: StagedObject): string {
    return join(root, ".uploads", staged.uploadId);
  }

  describe("damage between staging and commit", () => {
    it.each([
      ["cut", (path: string) => truncate(path, 100), "100 bytes stored, 250 bytes sent"],
      ["changed", (path: string) => writeFile(path, makeBody(250, 9)), expect.stringMatching(/^SHA-256 [0-9a-f]{64} stored/) as string],
    ])("refuses a staged file that was %s, keeps what readers have, and has it staged again", async (_how, damage, detail) => {
      valueOf(await store.commit(await stage(store, KEY, [makeBody(20, 1)])));
      const staged = await stage(store, KEY, [makeBody(250)]);
      await damage(uploadPathOf(staged));
      const target = join(root, KEY);
      expect(await store.commit(staged)).toEqual({ ok: false, error: { reason: "stored-object-differs", target, detail } });
      expect(await read(store, KEY)).toEqual(makeBody(20, 1));
      expect(await store.commit(staged)).toEqual({ ok: false, error: { reason: "upload-vanished", target } });
    });

    it("does not mistake a changed object for one that was committed before", async () => {
      const staged = await stage(store, KEY, [makeBody(250)]);
      valueOf(await store.commit(staged));
      await writeFile(join(root, KEY), makeBody(250, 9));
      expect(await store.commit(staged)).toMatchObject({ ok: false, error: { reason: "upload-vanished" } });
    });
  });

  it("has nothing under the final name while an object is being written", async () => {
    const upload = valueOf(await store.begin(KEY, GZIPPED_JSON));
    valueOf(await upload.write(makeBody(1000)));
    expect(await readdir(root)).toEqual([".uploads"]);
    await upload.abort();
    expect(await readdir(join(root, ".uploads"))).toEqual([]);
  });

  it("reports a full disk, keeps what was there, and leaves no unfinished file", async () => {
    const { small, large, written, finished } = await fillUnderLimit(root);
    const full = { ok: false, error: expect.objectContaining({ reason: "storage-full" }) as unknown };
    expect(small).toEqual({ ok: true });
    expect(large).toEqual(full);
    expect(written).toEqual(full);
    expect(finished).toEqual(full);
    expect(await readFile(join(root, "schedules/_manifest.json"), "utf8")).toBe("small");
    expect(await readdir(join(root, "schedules"))).toEqual(["_manifest.json"]);
    expect(await readdir(join(root, ".uploads"))).toEqual([]);
  });

  describe("symbolic links", () => {
    let outside: string;

    beforeEach(async () => {
      outside = join(directory, "outside");
      await mkdir(outside);
      await writeFile(join(outside, "secret"), "not ours");
      valueOf(await store.put("here/file", makeBody(3), GZIPPED_JSON));
    });

    const denied = { ok: false, error: expect.objectContaining({ reason: "storage-denied" }) as unknown };

    it("are not followed out of the root by a directory", async () => {
      await symlink(outside, join(root, "link"));
      const staged = { ...(await stage(store, KEY, [makeBody(10)])), key: "link/deep/part" };
      expect(await store.commit(staged)).toEqual(denied);
      expect(await store.put("link/new", makeBody(1), GZIPPED_JSON)).toEqual(denied);
      expect(await store.read("link/secret")).toEqual(denied);
      expect(await store.exists("link/secret")).toEqual(denied);
      expect(await store.remove("link/secret")).toEqual(denied);
      expect(await readdir(outside)).toEqual(["secret"]);
    });

    it("are not followed out of the root by a file: it is replaced", async () => {
      await symlink(join(outside, "secret"), join(root, "here/link"));
      expect(await store.read("here/link")).toEqual(denied);
      valueOf(await store.put("here/link", Buffer.from("ours"), GZIPPED_JSON));
      expect(await readFile(join(outside, "secret"), "utf8")).toBe("not ours");
      expect((await read(store, "here/link"))?.toString()).toBe("ours");
      await symlink(join(outside, "secret"), join(root, "here/other"));
      valueOf(await store.remove("here/other"));
      expect(existsSync(join(outside, "secret"))).toBe(true);
    });

    it("are not followed out of the root by the directory of uploads", async () => {
      await rm(join(root, ".uploads"), { recursive: true });
      await symlink(outside, join(root, ".uploads"));
      expect(await store.begin(KEY, GZIPPED_JSON)).toEqual(denied);
      expect(await readdir(outside)).toEqual(["secret"]);
    });

    it("may lead elsewhere inside, and to the root itself", async () => {
      await symlink(join(root, "here"), join(root, "there"));
      expect(await read(store, "there/file")).toEqual(makeBody(3));
      await symlink(root, join(directory, "alias"));
      const other = createFileStore({ path: join(directory, "alias") });
      valueOf(await other.commit(await stage(other, KEY, [makeBody(5)])));
      expect(await read(store, KEY)).toEqual(makeBody(5));
    });
  });

  describe("things in the way", () => {
    it("reports a root that is below a file", async () => {
      await writeFile(join(directory, "file"), "");
      const blocked = createFileStore({ path: join(directory, "file", "archive") });
      expect(await blocked.probe()).toMatchObject({
        ok: false,
        error: { reason: "storage-error", target: join(directory, "file", "archive") },
      });
      expect(await blocked.read(KEY)).toEqual({ ok: true, value: null });
      expect(await blocked.exists(KEY)).toEqual({ ok: true, value: false });
    });

    it("does not mistake a directory for an object, and does not replace it", async () => {
      await mkdir(join(root, KEY), { recursive: true });
      expect(await store.read(KEY)).toEqual({ ok: true, value: null });
      expect(await store.exists(KEY)).toEqual({ ok: true, value: false });
      const staged = await stage(store, KEY, [makeBody(5)]);
      expect(await store.commit(staged)).toMatchObject({ ok: false, error: { reason: "storage-error" } });
      expect(existsSync(uploadPathOf(staged))).toBe(true);
    });

    it("treats a key among the uploads as a bug", async () => {
      await expect(store.put(".uploads/x", makeBody(1), GZIPPED_JSON)).rejects.toThrow("reserved for uploads");
      expect(() => store.uri(".uploads/x")).toThrow("reserved for uploads");
    });

    it("does not accept an upload id that is a path", async () => {
      valueOf(await store.put("here/file", makeBody(3), GZIPPED_JSON));
      const staged = { ...(await stage(store, KEY, [makeBody(10)])), uploadId: "../here/file" };
      expect(await store.discard(staged)).toEqual({ ok: true, value: undefined });
      expect(await store.commit(staged)).toMatchObject({ ok: false, error: { reason: "upload-vanished" } });
      expect(await read(store, "here/file")).toEqual(makeBody(3));
    });
  });

  it("leaves only its own directory behind after a probe", async () => {
    valueOf(await store.probe());
    expect(await readdir(root)).toEqual([".uploads"]);
    expect(await readdir(join(root, ".uploads"))).toEqual([]);
  });
});

describe("errors of the file system become failures", () => {
  it.each([
    ["ENOSPC", "storage-full"],
    ["EDQUOT", "storage-full"],
    ["EFBIG", "storage-full"],
    ["EACCES", "storage-denied"],
    ["EPERM", "storage-denied"],
    ["EROFS", "storage-denied"],
    ["ELOOP", "storage-denied"],
    ["EIO", "storage-error"],
    ["ENOTDIR", "storage-error"],
    ["EMFILE", "storage-error"],
  ])("translates %s to %s", (code, reason) => {
    const error = Object.assign(new Error(`${code}: as asked by the test`), { code });
    expect(translateFileError(error, "/archive")).toMatchObject({ reason, target: "/archive" });
  });

  it("does not translate a bug", () => {
    const bug = new TypeError("x is not a function");
    expect(() => translateFileError(bug, "/archive")).toThrow(bug);
    const argument = Object.assign(new TypeError("bad argument"), { code: "ERR_INVALID_ARG_TYPE" });
    expect(() => translateFileError(argument, "/archive")).toThrow(argument);
  });
});

/** The system refuses to let a file grow beyond 1 MiB: the one kind of full disk that needs neither a mount nor rights. */
async function fillUnderLimit(root: string): Promise<Record<"small" | "large" | "written" | "finished", unknown>> {
  const script = fileURLToPath(new URL("fixtures/fill-file-store.ts", import.meta.url));
  const command = 'ulimit -f 2048 && exec "$0" --import tsx "$1" "$2"';
  const { stdout } = await promisify(execFile)("sh", ["-c", command, process.execPath, script, root]);
  return JSON.parse(stdout) as Record<"small" | "large" | "written" | "finished", unknown>;
}
