import { PrismaPg } from "@prisma/adapter-pg";
import { SECOND_MS } from "../core/clock.ts";
import type { Stores } from "../core/stores.ts";
import { type ConnectionOptions, poolSettings } from "./connection-settings.ts";
import { createStores } from "./create-stores.ts";
import { translateDatabaseError, withTranslatedErrors } from "./database-unavailable.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { PrismaClient } from "./generated/client.ts";

export interface Database {
  readonly prisma: PrismaClient;
  /** Every method throws `DatabaseUnavailable` when the database cannot be used. */
  readonly stores: Stores;
  /** Ends the connections, after the queries under way. */
  close(): Promise<void>;
}

/** The waits add up to less than a lease, so that who has one learns in time that the database is gone. */
const TRANSACTION = { maxWait: 10 * SECOND_MS, timeout: 20 * SECOND_MS };

/**
 * Opens the stores on a PostgreSQL database. Nothing is connected before the first query.
 * `schema` wins over the URL's own `?schema=`; without either it is `public`.
 */
export function openDatabase(databaseUrl: string, options: ConnectionOptions = {}): Database {
  const { schema } = parseDatabaseUrl(databaseUrl, options.schema);
  const adapter = new PrismaPg(poolSettings(databaseUrl, options), { schema });
  const prisma = new PrismaClient({ adapter, transactionOptions: TRANSACTION, errorFormat: "minimal" });
  const translate = (error: unknown) => translateDatabaseError(databaseUrl, error);
  const stores = createStores(prisma);
  return {
    prisma,
    stores: {
      exports: withTranslatedErrors(stores.exports, translate),
      connections: withTranslatedErrors(stores.connections, translate),
      runs: withTranslatedErrors(stores.runs, translate),
      jobs: withTranslatedErrors(stores.jobs, translate),
      artifacts: withTranslatedErrors(stores.artifacts, translate),
      processes: withTranslatedErrors(stores.processes, translate),
      outages: withTranslatedErrors(stores.outages, translate),
      orphans: withTranslatedErrors(stores.orphans, translate),
      alarms: withTranslatedErrors(stores.alarms, translate),
      duties: withTranslatedErrors(stores.duties, translate),
    },
    close: () => prisma.$disconnect(),
  };
}
