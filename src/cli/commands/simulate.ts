import { createSimulator } from "../../simulator/create-simulator.ts";
import { describeFaults, parseFaults } from "../../simulator/faults.ts";
import { describeListenError } from "../describe-listen-error.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { readOwnExporters } from "../own-exporters.ts";
import type { Session } from "../session.ts";

/** Only this machine may ask it: it takes any password that it prints. */
const HOST = "127.0.0.1";

const REMEDY = "nightferry simulate --faults lists them";

export interface SimulateOptions {
  readonly port: number;
  readonly fault?: readonly string[];
  readonly faults?: boolean;
  readonly speed: number;
}

/** Serves a simulated SmartSync on this machine until SIGTERM or Ctrl-C. */
export async function simulate(session: Session, options: SimulateOptions): Promise<void> {
  const { output, interrupted, env } = session;
  if (options.faults) return output.line(describeFaults());
  const everywhere = parseFaults(env.simulatorFaults ?? "");
  if (!everywhere.ok) throw new CommandError(`NIGHTFERRY_SIMULATOR_FAULTS: ${everywhere.error}; ${REMEDY}`, EXIT.configuration);
  const asked = parseFaults((options.fault ?? []).join(","));
  if (!asked.ok) throw new CommandError(`${asked.error}; ${REMEDY}`, EXIT.usage);
  const faults = { ...everywhere.value, ...asked.value };
  const simulator = createSimulator({ exporters: await readOwnExporters(session), faults, clockSpeed: options.speed });
  const url = await simulator.listen(options.port, HOST).catch((error: unknown) => {
    throw describeListenError(error, `${HOST}:${options.port}`, "name another port with --port, or 0 for a free one");
  });
  output.line(`SmartSync simulator at ${url} (customerId 1, user demo, password demo)`);
  if (Object.keys(faults).length > 0) output.line(`it plays ${Object.keys(faults).join(", ")}`);
  await new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener("abort", () => resolve(), { once: true });
  });
  await simulator.close();
}
