import { type Database, openDatabase } from "../../src/postgres/database.ts";
import { type TestDatabase, openTestDatabase } from "../postgres.ts";
import { describeRepositories } from "./repositories.suite.ts";

let server: TestDatabase | undefined;
let database: Database | undefined;

describeRepositories("PostgreSQL", {
  open: async () => {
    server = await openTestDatabase();
    database = openDatabase(server.url);
  },
  empty: async () => {
    if (!database) throw new Error("not open");
    await database.prisma
      .$executeRaw`TRUNCATE connections, exports, runs, jobs, artifacts, job_transitions, processes, circuit_breakers, orphans, alerts,
        reconcile_passes`;
    return database.repositories;
  },
  close: async () => {
    await database?.close();
    await server?.drop();
  },
});
