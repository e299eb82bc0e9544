import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPostgres } from "../../src/embedded/open-embedded-postgres.ts";
import { systemClock } from "../../src/observability/system-clock.ts";
import { discardHome } from "../processes/fixtures/discard-home.ts";
import type { Closers } from "../processes/kills/closers.ts";

/** The PostgreSQL of TEST_DATABASE_URL, or an embedded one that ends with the benchmark. */
export async function openServer(closers: Closers): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined) return given;
  const home = await mkdtemp(join(tmpdir(), `nightferry-test-${process.pid}-`));
  const opened = await openEmbeddedPostgres({ home, clock: systemClock });
  if (!opened.ok) throw new Error(opened.error.message);
  closers.add(async () => {
    await opened.value.close();
    await discardHome(home);
  });
  return opened.value.databaseUrl;
}
