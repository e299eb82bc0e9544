import { expect, it } from "vitest";
import { describeDatabase, parseDatabaseUrl } from "../../src/postgres/database-url.ts";

it("describes a database without its secrets", () => {
  expect(describeDatabase("postgresql://me:hunter2@db.example.com:6543/feed?schema=x&sslmode=disable")).toBe("db.example.com:6543/feed");
  expect(describeDatabase("postgres://me:p%40ss@db.example.com/feed")).toBe("db.example.com:5432/feed");
  expect(describeDatabase("postgresql://me:hunter2@localhost/feed?host=/run/postgresql")).toBe("/run/postgresql:5432/feed");
});

it("takes the schema from its argument, else from the URL, else it is public", () => {
  const url = "postgresql://me:hunter2@localhost/feed";
  expect(parseDatabaseUrl(`${url}?schema=theirs`, "ours").schema).toBe("ours");
  expect(parseDatabaseUrl(`${url}?schema=theirs`).schema).toBe("theirs");
  expect(parseDatabaseUrl(`${url}?schema=`).schema).toBe("public");
  expect(parseDatabaseUrl(url)).toEqual({ connectionString: url, schema: "public", serverOptions: "" });
});

it.each(["", "localhost", "mysql://me:hunter2@localhost/feed", "postgresql://me:hunter2@local host/feed"])(
  "refuses %j without repeating it",
  (url) => {
    const failedAttempts = () => describeDatabase(url);
    expect(failedAttempts).toThrow("DATABASE_URL is not the URL of a PostgreSQL database");
    expect(failedAttempts).not.toThrow("hunter2");
  },
);
