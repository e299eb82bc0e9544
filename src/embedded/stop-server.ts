import { type Clock, SECOND_MS } from "../core/clock.ts";
import { runProgram } from "./run-program.ts";
import { connectTo, type ServerAddress } from "./server-address.ts";
import type { StartOptions } from "./start-server.ts";

/** The name under which each process that uses the server holds one connection open. A killed process lets go of it. */
export const PRESENCE = "nightferry presence";

export type Departure = "stopped" | "still-used" | "gone" | "not-stopped";

/** Connections that were just closed may linger on the server for this long. */
const LINGER_MS = 2 * SECOND_MS;
const POLL_MS = 25;
const STOP_TIMEOUT_S = 60;

/** Stops the server unless somebody else uses it. Call it under the home's lock, after our own connections are ended. */
export async function stopUnlessUsed(options: StartOptions, address: ServerAddress): Promise<Departure> {
  const isUsed = await isStillUsed(address, options.clock);
  if (isUsed === null) return "gone";
  if (isUsed) return "still-used";
  const args = ["stop", "-D", options.folders.data, "-m", "fast", "-w", "-t", String(STOP_TIMEOUT_S)];
  const stopped = await runProgram(options.binaries.pgCtl, args, { account: options.account, cwd: options.folders.server });
  return stopped.ok ? "stopped" : "not-stopped";
}

/** `null` when there is no server to ask. */
async function isStillUsed(address: ServerAddress, clock: Clock): Promise<boolean | null> {
  const client = await connectTo(address, "postgres", "nightferry stop").catch(() => null);
  if (client === null) return null;
  try {
    for (const giveUpAt = clock.now().getTime() + LINGER_MS; ; await clock.sleep(POLL_MS)) {
      const { rows } = await client.query<{ others: number; present: number }>(
        `select count(*)::int as others, count(*) filter (where application_name = $1)::int as present
           from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
        [PRESENCE],
      );
      const [{ others, present } = { others: 0, present: 0 }] = rows;
      if (others === 0) return false;
      if (present > 0 || clock.now().getTime() >= giveUpAt) return true;
    }
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
