import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { discardHome } from "./fixtures/discard-home.ts";
import { type Account, type EmbeddedProcess, openInProcess, processesIn } from "./fixtures/embedded-process.ts";

const isRoot = process.getuid?.() === 0;
const UNPRIVILEGED: Account = { uid: 65_534, gid: 65_534 };

// Every test starts several programs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let parent: string;
let home: string;
let processes: EmbeddedProcess[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "nightferry-embedded-"));
  home = join(parent, "home");
  processes = [];
});

afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  // If a server still runs, one more process attaches to it and, as the last one, stops it.
  const data = await dataDirectory().catch(() => null);
  if (data !== null && (await processesIn(data)).length > 0) {
    const last = openInProcess(home, accountOfHome);
    await last.answer();
    await last.close();
  }
  accountOfHome = null;
  await discardHome(home);
  await rm(parent, { recursive: true, force: true });
});

let accountOfHome: Account | null = null;

function open(directory = home, account: Account | null = accountOfHome): EmbeddedProcess {
  const opened = openInProcess(directory, account);
  processes.push(opened);
  return opened;
}

async function dataDirectory(): Promise<string> {
  const own = join(home, "postgres");
  return join(isRoot && accountOfHome === null ? (await readFile(join(own, "location"), "utf8")).trim() : own, "data");
}

async function query(databaseUrl: string | undefined, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("an embedded PostgreSQL", () => {
  it("is created on first use, in a home that only its owner can enter", async () => {
    const first = open();
    const { databaseUrl, started } = await first.answer();
    expect(started).toBe(true);
    expect(
      await query(
        databaseUrl,
        "select current_database() as name, pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()",
      ),
    ).toEqual([{ name: "nightferry", encoding: "UTF8" }]);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, "postgres", "password"))).mode & 0o777).toBe(0o600);
    await first.close();
    expect(await processesIn(await dataDirectory())).toEqual([]);
  });

  it("rejects a wrong password", async () => {
    const { databaseUrl } = await open().answer();
    const guessed = new URL(databaseUrl ?? "");
    guessed.password = "password";
    await expect(query(guessed.href, "select 1")).rejects.toThrow(/password authentication failed/);
  });

  it("keeps its data across restarts", async () => {
    const first = open();
    await query((await first.answer()).databaseUrl, "create table kept as select 42 as answer");
    await first.close();
    const second = open();
    const { databaseUrl, started } = await second.answer();
    expect(started).toBe(true);
    expect(await query(databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("is shared by processes that open it at the same time, and the last one stops it", async () => {
    const both = [open(), open(), open()];
    const answers = await Promise.all(both.map((one) => one.answer()));
    expect(new Set(answers.map((answer) => answer.databaseUrl)).size).toBe(1);
    expect(answers.filter((answer) => answer.started)).toHaveLength(1);
    const data = await dataDirectory();
    await Promise.all(both.slice(1).map((one) => one.close()));
    expect(await query(answers[0]?.databaseUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    await both[0]?.close();
    expect(await processesIn(data)).toEqual([]);
  });

  it("is running for a process that opens it while another one closes it", async () => {
    for (let round = 0; round < 3; round += 1) {
      const closing = open();
      await closing.answer();
      const opening = open();
      const [answer] = await Promise.all([opening.answer(), closing.close()]);
      expect(await query(answer.databaseUrl, "select 1 as one")).toEqual([{ one: 1 }]);
      await opening.close();
    }
    expect(await processesIn(await dataDirectory())).toEqual([]);
  });

  it("survives a kill of the process that started it, and stops when the next process closes it", async () => {
    const starter = open();
    const { databaseUrl } = await starter.answer();
    await starter.kill();
    const second = open();
    expect(await second.answer()).toEqual({ databaseUrl, started: false });
    await second.close();
    expect(await processesIn(await dataDirectory())).toEqual([]);
  });

  it("keeps running while another program is connected to it", async () => {
    const only = open();
    const { databaseUrl } = await only.answer();
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await only.close();
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("starts again after a crash of the machine, even if its pid belongs to another process now", async () => {
    const first = open();
    await query((await first.answer()).databaseUrl, "create table kept as select 42 as answer");
    const data = await dataDirectory();
    const [pid = 0] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n").map(Number);
    await first.kill();
    const pidFile = await readFile(join(data, "postmaster.pid"), "utf8");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => processesIn(data), { timeout: 10_000 }).toEqual([]);

    const restarted = open();
    expect(await query((await restarted.answer()).databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
    await restarted.close();

    await writeFile(join(data, "postmaster.pid"), pidFile.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
    const withReusedPid = open();
    const { databaseUrl, started } = await withReusedPid.answer();
    expect(started).toBe(true);
    expect(await query(databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("runs in a session of its own, so that Ctrl-C in our terminal does not reach it", async () => {
    const opened = open();
    await opened.answer();
    const [pid = 0] = (await readFile(join(await dataDirectory(), "postmaster.pid"), "utf8")).split("\n").map(Number);
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
    expect(Number(fields[3])).toBe(pid);
  });

  it("explains that a home is not writable", async () => {
    await writeFile(join(parent, "file"), "");
    const { failure } = await open(join(parent, "file", "home"), null).answer();
    expect(failure).toMatch(/^cannot create a database in .*set NIGHTFERRY_HOME to a writable directory$/);
  });

  it("rejects data of another version of PostgreSQL", async () => {
    const first = open();
    await first.answer();
    await first.close();
    const version = join(await dataDirectory(), "PG_VERSION");
    await writeFile(version, "17\n");
    expect((await open().answer()).failure).toMatch(/was created by PostgreSQL 17, but this program includes PostgreSQL 18/);
    await writeFile(version, "18\n");
  });
});

describe.skipIf(!isRoot)("an embedded PostgreSQL started by root (needs to be root)", () => {
  it("runs as an unprivileged account, even if that account cannot enter the home", async () => {
    await chmod(parent, 0o700);
    await open().answer();
    const data = await dataDirectory();
    const [pid = 0] = await processesIn(data);
    expect((await stat(`/proc/${pid}`)).uid).toBe(UNPRIVILEGED.uid);
    expect((await stat(data)).uid).toBe(UNPRIVILEGED.uid);
  });

  it("does not replace a missing database with an empty one", async () => {
    const first = open();
    await first.answer();
    await first.close();
    const [location] = (await readFile(join(home, "postgres", "location"), "utf8")).split("\n");
    await rm(String(location), { recursive: true });
    expect((await open().answer()).failure).toMatch(/no longer exists; restore it, or delete .*location/);
  });
});

describe.skipIf(!isRoot)("an embedded PostgreSQL started by an ordinary user (needs to be root, to become one)", () => {
  beforeEach(async () => {
    accountOfHome = UNPRIVILEGED;
    await chmod(parent, 0o755);
    await mkdir(home, { mode: 0o700 });
    await chown(home, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  });

  it("repositories everything in the home", async () => {
    const opened = open();
    const { databaseUrl } = await opened.answer();
    expect(await query(databaseUrl, "show data_directory")).toEqual([{ data_directory: join(home, "postgres", "data") }]);
    await opened.close();
    expect(await processesIn(await dataDirectory())).toEqual([]);
  });

  it("explains that the home belongs to another user", async () => {
    await chown(home, 0, 0);
    expect((await open().answer()).failure).toMatch(/^cannot create a database in .*EACCES/);
  });
});
