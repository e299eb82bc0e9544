import { PrismaPg } from "@prisma/adapter-pg";
import { SECOND_MS } from "../core/base/clock.ts";
import type { Repositories } from "../core/persistence/repositories.ts";
import { type ConnectionOptions, poolSettings } from "./connection-settings.ts";
import { createRepositories } from "./create-repositories.ts";
import { translateDatabaseError, withTranslatedErrors } from "./database-unavailable.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { PrismaClient } from "./generated/client.ts";

export interface Database {
  readonly prisma: PrismaClient;
  /** Every method throws `DatabaseUnavailable` when the database cannot be used. */
  readonly repositories: Repositories;
  /** Closes the connections after the queries that are running. */
  close(): Promise<void>;
}

/** The waits add up to less than a lease, so that a worker notices that the database is unavailable before its lease expires. */
const TRANSACTION = { maxWait: 10 * SECOND_MS, timeout: 20 * SECOND_MS };

/**
 * Opens the repositories on a PostgreSQL database. It connects with the first query.
 * `schema` takes precedence over `?schema=` in the URL; without either it is `public`.
 */
export function openDatabase(databaseUrl: string, options: ConnectionOptions = {}): Database {
  const { schema } = parseDatabaseUrl(databaseUrl, options.schema);
  const adapter = new PrismaPg(poolSettings(databaseUrl, options), { schema });
  const prisma = new PrismaClient({ adapter, transactionOptions: TRANSACTION, errorFormat: "minimal" });
  const translate = (error: unknown) => translateDatabaseError(databaseUrl, error);
  const repositories = createRepositories(prisma);
  return {
    prisma,
    repositories: {
      exports: withTranslatedErrors(repositories.exports, translate),
      connections: withTranslatedErrors(repositories.connections, translate),
      runs: withTranslatedErrors(repositories.runs, translate),
      jobs: withTranslatedErrors(repositories.jobs, translate),
      artifacts: withTranslatedErrors(repositories.artifacts, translate),
      processes: withTranslatedErrors(repositories.processes, translate),
      breakers: withTranslatedErrors(repositories.breakers, translate),
      orphans: withTranslatedErrors(repositories.orphans, translate),
      alerts: withTranslatedErrors(repositories.alerts, translate),
      passes: withTranslatedErrors(repositories.passes, translate),
    },
    close: () => prisma.$disconnect(),
  };
}
