import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { describeStores } from "./stores.suite.ts";

let server: TestDatabase | undefined;
let database: Database | undefined;

describeStores("PostgreSQL", {
  open: async () => {
    server = await openTestDatabase();
    database = openDatabase(server.url);
  },
  empty: async () => {
    if (!database) throw new Error("not open");
    await database.prisma.$executeRaw`TRUNCATE connections, exports, runs, jobs, artifacts, job_moves, processes, outages, orphans, alarms`;
    return database.stores;
  },
  close: async () => {
    await database?.close();
    await server?.drop();
  },
});
