import { type AddressInfo, type Server, type Socket, createConnection, createServer } from "node:net";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { NOW, after, seedConfiguration, seedJob } from "../contracts/seed.ts";
import { buildRun } from "../factories/build-run.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { query } from "./query.ts";

let server: TestDatabase;
let database: Database;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await openTestDatabase();
  database = openDatabase(server.url, { applicationName: `test ${server.schema}` });
  await seedConfiguration(database.repositories);
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

const dueOf = async ({ repositories }: Pick<Database, "repositories">) => await repositories.exports.listDue(after(1), 10);

function open(url: string): Database {
  const opened = openDatabase(url, { maxConnections: 2 });
  closers.push(() => opened.close());
  return opened;
}

const UNAVAILABLE = { name: "DatabaseUnavailable", code: "DATABASE_UNAVAILABLE" };

it("says from every repository, reading, writing or in a transaction, that the server is not reachable", async () => {
  const { repositories } = open("postgresql://someone:hunter2@127.0.0.1:1/feed");
  const calls = [
    () => repositories.exports.listDue(NOW, 1),
    () => repositories.exports.sync([], []),
    () => repositories.connections.pollBy("acme", NOW),
    () => repositories.runs.create(buildRun()),
    () => repositories.runs.listUnfinished(1),
    () => repositories.jobs.listExpiredLeases(NOW, 1),
    () => repositories.jobs.claimSubmission({ scope: "closed-breakers", now: NOW, fencingToken: "t", pollBy: NOW }),
    () => repositories.jobs.claimReady({ id: null, scope: "closed-breakers", now: NOW, fencingToken: "t", leaseUntil: NOW }),
    () => repositories.artifacts.listOfRun(buildRun().id),
    () => repositories.breakers.list(),
    () => repositories.orphans.listExpiredLeases(NOW, 1),
    () => repositories.alerts.listUndelivered(NOW, 1),
    () => repositories.passes.claimDue([], NOW),
    () => repositories.processes.heartbeat({ id: "one", roles: [], at: NOW }),
  ];
  for (const call of calls) {
    const error = await call().then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject(UNAVAILABLE);
    expect(error?.message).toBe(
      "cannot use the database 127.0.0.1:1/feed (not reachable); check DATABASE_URL, and that the server is running",
    );
    expect(error?.cause).toBeInstanceOf(Error);
  }
});

it("says that there is no such database", async () => {
  const url = new URL(server.url);
  url.pathname = "/not_there";
  await expect(open(url.toString()).repositories.jobs.listExpiredLeases(NOW, 1)).rejects.toThrow("not_there (there is no such database)");
});

it("says that a host does not exist", async () => {
  await expect(open("postgresql://me:pw@nowhere.invalid/feed").repositories.jobs.listExpiredLeases(NOW, 1)).rejects.toMatchObject(
    UNAVAILABLE,
  );
});

it("fails when a server accepts the connection and never answers", { timeout: 20_000 }, async () => {
  const silent = await listen(() => {});
  await expect(open(`postgresql://me:pw@127.0.0.1:${portOf(silent)}/feed`).repositories.jobs.listExpiredLeases(NOW, 1)).rejects.toThrow(
    "(no answer in time)",
  );
});

it("says that the connection was lost during a query or a transaction, and works again afterwards", async () => {
  const proxy = await openProxy(server.url);
  const { repositories } = open(proxy.url);
  await seedJob(repositories, "pending");
  const holder = openDatabase(server.url, { maxConnections: 1 });
  closers.push(() => holder.close());
  const blocked = await holder.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM connections WHERE name = 'acme' FOR UPDATE`;
    const waiting = repositories.connections.setPollState("acme", { nextPollAt: NOW, failedPolls: 0 }).catch((error: unknown) => error);
    await untilBlocked();
    proxy.cut();
    return await waiting;
  });
  expect(blocked).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining("(connection lost)") as string });
  expect(await dueOf({ repositories })).toHaveLength(2);
});

it("says that the server ended the connection, and works again afterwards", async () => {
  const { repositories } = open(server.url);
  const holder = openDatabase(server.url, { maxConnections: 1 });
  closers.push(() => holder.close());
  const blocked = await holder.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM connections WHERE name = 'acme' FOR UPDATE`;
    const waiting = repositories.connections.setPollState("acme", { nextPollAt: NOW, failedPolls: 0 }).catch((error: unknown) => error);
    await query(server.url, "SELECT pg_terminate_backend($1)", [await untilBlocked()]);
    return await waiting;
  });
  expect(blocked).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining("(ended by the server)") as string });
  expect(await dueOf({ repositories })).toHaveLength(2);
});

it("leaves other errors as they are", async () => {
  const error = await database.repositories.runs.create(buildRun({ exportName: "nothing" })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "PrismaClientKnownRequestError", code: "P2003" });
});

it("stays in its schema, with raw SQL as well", async () => {
  const other = await openTestDatabase();
  closers.push(() => other.drop());
  const { repositories } = open(other.url);
  await seedJob(database.repositories, "pending");
  expect(await repositories.jobs.connectionsWith(["pending"])).toEqual([]);
  expect(await database.repositories.jobs.connectionsWith(["pending"])).toEqual(["acme"]);
  const explicit = openDatabase(server.url, { schema: other.schema });
  closers.push(() => explicit.close());
  expect(await dueOf(explicit)).toEqual([]);
});

it("keeps instants whatever time zone and date style the server has", async () => {
  const url = new URL(server.url);
  url.searchParams.set("options", "-c TimeZone=Asia/Kolkata -c DateStyle=SQL,DMY");
  const { repositories, prisma } = open(url.toString());
  await repositories.exports.claimScheduledTimes("schedules", null, NOW, []);
  expect(await repositories.exports.listDue(NOW, 10)).toContainEqual({ name: "schedules", nextDueAt: NOW });
  expect((await repositories.exports.listDue(after(-1), 10)).map(({ name }) => name)).toEqual(["agents"]);
  const [row] = await prisma.$queryRaw<{ epoch: number }[]>`
    SELECT extract(epoch FROM next_due_at)::float8 AS epoch FROM exports WHERE name = 'schedules'`;
  expect(row?.epoch).toBe(NOW.getTime() / 1000);
});

it("does not let the server compile statements, because that takes longer than they run", async () => {
  expect(await database.prisma.$queryRaw`SELECT current_setting('jit') AS value`).toEqual([{ value: "off" }]);
});

it("passes on the server settings of the URL", async () => {
  const url = new URL(server.url);
  url.searchParams.set("options", "-c work_mem=7MB");
  expect(await open(url.toString()).prisma.$queryRaw`SELECT current_setting('work_mem') AS value`).toEqual([{ value: "7MB" }]);
});

it("limits statements, locks and idle transactions, and names its application", async () => {
  const [row] = await database.prisma.$queryRaw<object[]>`
    SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
           current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('application_name') AS name`;
  expect(row).toEqual({ statement: "20s", lock: "10s", idle: "1min", name: `test ${server.schema}` });
});

it("does not connect before it is used, and can be closed twice", async () => {
  const unused = openDatabase("postgresql://me:pw@127.0.0.1:1/feed");
  await unused.close();
  await expect(unused.close()).resolves.toBeUndefined();
});

async function listen(onConnection: (socket: Socket) => void): Promise<Server> {
  const sockets: Socket[] = [];
  const listening = createServer((socket) => {
    sockets.push(socket);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => listening.close(resolve));
  });
  return listening;
}

function portOf(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}

/** A connection to the server that a test can cut. */
async function openProxy(databaseUrl: string): Promise<{ readonly url: string; cut(): void }> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port || 5432) };
  const sockets = new Set<Socket>();
  const proxy = await listen((near) => {
    const far = createConnection(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  url.hostname = "127.0.0.1";
  url.port = String(portOf(proxy));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  closers.push(async () => cut());
  return { url: url.toString(), cut };
}

/** The server process that waits for a lock on a row of this test. */
async function untilBlocked(): Promise<number> {
  for (;;) {
    const [waiting] = await query<{ pid: number }>(
      server.url,
      "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND query LIKE $1",
      [`%"${server.schema}"%`],
    );
    if (waiting) return waiting.pid;
  }
}
