import { Client } from "pg";
import { PROGRAM_ROLE } from "./own-postgres.ts";

/** One statement of the program, with everything that varies taken out. */
export interface CountedStatement {
  readonly text: string;
  readonly calls: number;
  readonly ms: number;
  /** It is one of BullMQ's own, which keeps its messages in PostgreSQL. */
  readonly isOfQueue: boolean;
}

/** Reads what the program's role did in one database. Its own statements come from another role, and do not count. */
export interface StatementCounts {
  query<T>(text: string): Promise<T[]>;
  reset(): Promise<void>;
  /** Most calls first. */
  read(): Promise<CountedStatement[]>;
  close(): Promise<void>;
}

/** The schema that BullMQ makes for itself. */
const QUEUE_SCHEMA = "bullmq";

/** `pg_stat_statements` is installed in the database of `adminUrl`, and counts for all of them. */
export async function openStatementCounts(adminUrl: string, database: string, schema: string): Promise<StatementCounts> {
  const admin = new Client({ connectionString: adminUrl });
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  const inside = new Client({ connectionString: url.href, options: `-c search_path="${schema}"` });
  await admin.connect();
  await inside.connect();
  return {
    query: async <T>(text: string) => (await inside.query(text)).rows as T[],
    reset: async () => void (await admin.query(`SELECT pg_stat_statements_reset()`)),
    read: async () => {
      const isOfQueue = recognizer(await listQueueNames(inside));
      const { rows } = await admin.query<{ query: string; calls: number; ms: number }>(COUNTED, [PROGRAM_ROLE, database]);
      return rows.map(({ query, calls, ms }) => ({ text: tidy(query, schema), calls, ms, isOfQueue: isOfQueue(query) }));
    },
    close: async () => {
      await admin.end();
      await inside.end();
    },
  };
}

/** On one line, without comments, and without the schema, which has another name each time. */
function tidy(query: string, schema: string): string {
  return query.replace(/--.*$/gm, "").replaceAll(`"${schema}".`, "").replace(/\s+/g, " ").trim();
}

const COUNTED = `
  SELECT s.query, s.calls::int AS calls, s.total_exec_time AS ms
  FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
  WHERE r.rolname = $1 AND d.datname = $2
  ORDER BY s.calls DESC, s.query`;

async function listQueueNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'
     UNION SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace($1)`,
    [QUEUE_SCHEMA],
  );
  return rows.map(({ name }) => name);
}

/** BullMQ writes the names of its tables and functions without quotes and without a schema. */
function recognizer(names: readonly string[]): (text: string) => boolean {
  if (names.length === 0) return () => false;
  const listed = names.join("|");
  const own = new RegExp(`\\b(?:from|into|update|join)\\s+(?:${listed})\\b(?!")|\\b(?:${listed})\\s*\\(|\\b(?:un)?listen\\b`, "i");
  return (text) => own.test(text) || text.includes("set_config");
}
