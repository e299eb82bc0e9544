import { randomUUID } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { assertSafeKey } from "../assert-safe-key.ts";
import { syncDirectory } from "./sync-directory.ts";
import { OutsideDirectoryError, isNoSuchFile } from "./translate-file-error.ts";

/** Hidden from readers of the archive; inside it, so that a rename into place stays on one file system. */
const UPLOADS_DIRECTORY = ".uploads";

/** Our ids are a UUID and the key, in which "+" stands for "/". An id of another store must not become a path. */
const UPLOAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~([A-Za-z0-9._=+-]+))?$/;

/** File systems accept no longer names. */
const MAX_NAME = 255;

/** Paths below one root directory. */
export interface FilePlace {
  readonly root: string;
  pathOf(key: string): string;
  readonly uploadsDirectory: string;
  newUploadId(key: string): string;
  /** `null` if the id does not contain the key. */
  keyOfUpload(uploadId: string): string | null;
  /** `null` if no upload of a file store can have this id. */
  uploadPathOf(uploadId: string): string | null;
  /** Refuses a path that a symbolic link leads out of the root; rejects with `OutsideDirectoryError`. */
  assertInside(path: string): Promise<void>;
  /** Creates the directory of a path, durably, after the same check. */
  makeDirectoryOf(path: string): Promise<void>;
}

export function createFilePlace(path: string): FilePlace {
  const root = resolve(path);

  async function assertInside(path: string): Promise<void> {
    const reached = await realpathOfNearest(path);
    const realRoot = await realpathOfNearest(root);
    const isInside = reached === realRoot || reached.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
    if (!isInside) throw new OutsideDirectoryError(`a symbolic link leads from ${relative(root, path)} out of the directory`);
  }

  return {
    root,
    pathOf(key) {
      assertSafeKey(key);
      if (key.split("/")[0] === UPLOADS_DIRECTORY) throw new Error(`${UPLOADS_DIRECTORY} is reserved for uploads: ${key}`);
      return join(root, key);
    },
    uploadsDirectory: join(root, UPLOADS_DIRECTORY),
    newUploadId: (key) => {
      const uuid = randomUUID();
      const named = `${uuid}~${key.replaceAll("/", "+")}`;
      return named.length <= MAX_NAME ? named : uuid;
    },
    keyOfUpload: (uploadId) => UPLOAD_ID.exec(uploadId)?.[1]?.replaceAll("+", "/") ?? null,
    uploadPathOf: (uploadId) => (UPLOAD_ID.test(uploadId) ? join(root, UPLOADS_DIRECTORY, uploadId) : null),
    assertInside,
    async makeDirectoryOf(path) {
      await makeDirectory(root);
      await assertInside(dirname(path));
      await makeDirectory(dirname(path));
    },
  };
}

async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/** A path that does not exist yet is judged by its nearest existing directory. */
async function realpathOfNearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isNoSuchFile(error) || dirname(path) === path) throw error;
    return await realpathOfNearest(dirname(path));
  }
}
