import { type Clock, SECOND_MS } from "../core/base/clock.ts";
import { runProgram } from "./run-program.ts";
import { connectTo, type ServerAddress } from "./server-address.ts";
import type { StartOptions } from "./start-server.ts";

/** Each process that uses the server keeps one connection with this application name open. It closes when the process is killed. */
export const PRESENCE = "nightferry presence";

export type StopOutcome = "stopped" | "in-use" | "not-running" | "not-stopped";

/** How long the server may still list connections that were just closed. */
const LINGER_MS = 2 * SECOND_MS;
const POLL_MS = 25;
const STOP_TIMEOUT_S = 60;

/** Stops the server unless another process uses it. Call this under the lock of the home, with our own connections closed. */
export async function stopUnlessUsed(options: StartOptions, address: ServerAddress): Promise<StopOutcome> {
  const isUsed = await isInUse(address, options.clock);
  if (isUsed === null) return "not-running";
  if (isUsed) return "in-use";
  const args = ["stop", "-D", options.directories.data, "-m", "fast", "-w", "-t", String(STOP_TIMEOUT_S)];
  const stopped = await runProgram(options.binaries.pgCtl, args, { account: options.account, cwd: options.directories.server });
  return stopped.ok ? "stopped" : "not-stopped";
}

/** `null`: no server is running. */
async function isInUse(address: ServerAddress, clock: Clock): Promise<boolean | null> {
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
