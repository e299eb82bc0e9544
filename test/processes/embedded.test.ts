import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { discardHome } from "./fixtures/discard-home.ts";
import { type Account, type EmbeddedProcess, openInProcess, processesIn } from "./fixtures/embedded-process.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

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
  // One process more attaches to whatever still runs and, as nobody else is there, stops it.
  const data = await dataFolder().catch(() => null);
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

function open(folder = home, account: Account | null = accountOfHome): EmbeddedProcess {
  const opened = openInProcess(folder, account);
  processes.push(opened);
  return opened;
}

async function dataFolder(): Promise<string> {
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
  it("is made at the first opening, in a home that only its owner can enter", async () => {
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
    expect(await processesIn(await dataFolder())).toEqual([]);
  });

  it("refuses whoever does not know the password", async () => {
    const { databaseUrl } = await open().answer();
    const guessed = new URL(databaseUrl ?? "");
    guessed.password = "password";
    await expect(query(guessed.href, "select 1")).rejects.toThrow(/password authentication failed/);
  });

  it("keeps its data from one opening to the next", async () => {
    const first = open();
    await query((await first.answer()).databaseUrl, "create table kept as select 42 as answer");
    await first.close();
    const second = open();
    const { databaseUrl, started } = await second.answer();
    expect(started).toBe(true);
    expect(await query(databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("is one server for processes that open it at the same moment, and the last one stops it", async () => {
    const both = [open(), open(), open()];
    const answers = await Promise.all(both.map((one) => one.answer()));
    expect(new Set(answers.map((answer) => answer.databaseUrl)).size).toBe(1);
    expect(answers.filter((answer) => answer.started)).toHaveLength(1);
    const data = await dataFolder();
    await Promise.all(both.slice(1).map((one) => one.close()));
    expect(await query(answers[0]?.databaseUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    await both[0]?.close();
    expect(await processesIn(data)).toEqual([]);
  });

  it("hands out a living server to whoever comes while another one leaves", async () => {
    for (let round = 0; round < 3; round += 1) {
      const leaving = open();
      await leaving.answer();
      const coming = open();
      const [answer] = await Promise.all([coming.answer(), leaving.close()]);
      expect(await query(answer.databaseUrl, "select 1 as one")).toEqual([{ one: 1 }]);
      await coming.close();
    }
    expect(await processesIn(await dataFolder())).toEqual([]);
  });

  it("outlives a killed starter, is attached to, and is stopped at the next clean end", async () => {
    const starter = open();
    const { databaseUrl } = await starter.answer();
    await starter.kill();
    const second = open();
    expect(await second.answer()).toEqual({ databaseUrl, started: false });
    await second.close();
    expect(await processesIn(await dataFolder())).toEqual([]);
  });

  it("stays while another program is connected to it", async () => {
    const only = open();
    const { databaseUrl } = await only.answer();
    const foreign = new Client({ connectionString: databaseUrl });
    await foreign.connect();
    await only.close();
    expect((await foreign.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await foreign.end();
  });

  it("starts again after a crash of the machine, also when the server's process number is another process's now", async () => {
    const first = open();
    await query((await first.answer()).databaseUrl, "create table kept as select 42 as answer");
    const data = await dataFolder();
    const [pid = 0] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n").map(Number);
    await first.kill();
    const pidFile = await readFile(join(data, "postmaster.pid"), "utf8");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => processesIn(data), { timeout: 10_000 }).toEqual([]);

    const dead = open();
    expect(await query((await dead.answer()).databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
    await dead.close();

    await writeFile(join(data, "postmaster.pid"), pidFile.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
    const recycled = open();
    const { databaseUrl, started } = await recycled.answer();
    expect(started).toBe(true);
    expect(await query(databaseUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  it("is in a session of its own, so that Ctrl-C in our terminal does not reach it", async () => {
    const opened = open();
    await opened.answer();
    const [pid = 0] = (await readFile(join(await dataFolder(), "postmaster.pid"), "utf8")).split("\n").map(Number);
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
    expect(Number(fields[3])).toBe(pid);
  });

  it("says in one sentence that a home cannot be written", async () => {
    await writeFile(join(parent, "file"), "");
    const { failure } = await open(join(parent, "file", "home"), null).answer();
    expect(failure).toMatch(/^cannot keep a database in .*set NIGHTFERRY_HOME to a folder that can be written$/);
  });

  it("refuses data that another version of PostgreSQL made", async () => {
    const first = open();
    await first.answer();
    await first.close();
    const version = join(await dataFolder(), "PG_VERSION");
    await writeFile(version, "17\n");
    expect((await open().answer()).failure).toMatch(/was made by PostgreSQL 17, but this is 18/);
    await writeFile(version, "18\n");
  });
});

describe.skipIf(!isRoot)("an embedded PostgreSQL started by root (needs to be root)", () => {
  it("runs as nobody, even with a home that nobody can enter", async () => {
    await chmod(parent, 0o700);
    await open().answer();
    const data = await dataFolder();
    const [pid = 0] = await processesIn(data);
    expect((await stat(`/proc/${pid}`)).uid).toBe(NOBODY.uid);
    expect((await stat(data)).uid).toBe(NOBODY.uid);
  });

  it("does not begin an empty database when the one it had is gone", async () => {
    const first = open();
    await first.answer();
    await first.close();
    const [location] = (await readFile(join(home, "postgres", "location"), "utf8")).split("\n");
    await rm(String(location), { recursive: true });
    expect((await open().answer()).failure).toMatch(/which is gone; put it back, or delete .*location/);
  });
});

describe.skipIf(!isRoot)("an embedded PostgreSQL started by an ordinary user (needs to be root, to become one)", () => {
  beforeEach(async () => {
    accountOfHome = NOBODY;
    await chmod(parent, 0o755);
    await mkdir(home, { mode: 0o700 });
    await chown(home, NOBODY.uid, NOBODY.gid);
  });

  it("keeps everything in the home", async () => {
    const opened = open();
    const { databaseUrl } = await opened.answer();
    expect(await query(databaseUrl, "show data_directory")).toEqual([{ data_directory: join(home, "postgres", "data") }]);
    await opened.close();
    expect(await processesIn(await dataFolder())).toEqual([]);
  });

  it("says in one sentence that the home is not its own", async () => {
    await chown(home, 0, 0);
    expect((await open().answer()).failure).toMatch(/^cannot keep a database in .*EACCES/);
  });
});
