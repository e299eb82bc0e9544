import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { expect, it } from "vitest";
import { makeDue, openSite, PASSWORD, type Site } from "./program.ts";

/** Everything that every table of the database holds, as text: ours, and the queues'. */
async function dumpDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ schema: string; name: string }>(
      "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
    );
    const texts: string[] = [];
    for (const { schema, name } of tables.rows) {
      const rows = await client.query<{ row: string }>(`SELECT t::text AS row FROM "${schema}"."${name}" t`).catch(() => ({ rows: [] }));
      texts.push(`${schema}.${name}`, ...rows.rows.map(({ row }) => row));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

async function dumpDirectory(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")));
  return texts.join("\n");
}

async function spendNight(site: Site): Promise<string> {
  const env = { LOG_LEVEL: "trace" };
  const outputs: string[] = [];
  const up = site.start(["up"], { env });
  await up.logged("process.started");
  await makeDue(site, "schedules");
  await up.logged(`"event":"run.finished"`);
  // Sessions end, logins are refused and WFM fails, so that errors of every kind are made.
  for (const faults of ["unauthorized-after=3", "server-errors=4", "reset:status-all:x2"]) {
    site.simulator.setFaults(faults);
    const run = site.start(["run", "schedules"], { env });
    await run.ended;
    outputs.push(run.stdout(), run.stderr());
  }
  for (const args of [
    ["check", "--connect"],
    ["run", "schedules"],
  ]) {
    const refused = site.start(args, { env: { ...env, WFM_PASSWORD: `${PASSWORD}-wrong` } });
    await refused.ended;
    outputs.push(refused.stdout(), refused.stderr());
  }
  up.child.kill("SIGTERM");
  await up.ended;
  for (const args of [["runs", "--json"], ["runs"], ["plan", "--json"]]) {
    const program = site.start(args, { env });
    await program.ended;
    outputs.push(program.stdout(), program.stderr());
  }
  return [up.stdout(), up.stderr(), ...outputs].join("\n");
}

it("no password and no session id is in any output, row, message or object", async () => {
  const site = await openSite();
  const places = {
    output: await spendNight(site),
    database: await dumpDatabase(site.database.url),
    objects: await dumpDirectory(site.directory),
  };
  // The search finds what is there, and there was something to find.
  expect(places.output).toContain("run.finished");
  expect(places.database).toContain("agent-schedule-detail");
  expect(places.objects).toContain("agent-schedule-detail");
  const secrets = [PASSWORD, ...site.simulator.sessionIds()];
  expect(secrets.length).toBeGreaterThan(2);
  const found = Object.entries(places).flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret}`),
  );
  expect(found).toEqual([]);
}, 120_000);
