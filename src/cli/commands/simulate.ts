import { once } from "node:events";
import { createSimulator } from "../../simulator/create-simulator.ts";
import { describeFaults, parseFaults } from "../../simulator/faults.ts";
import type { CommandContext } from "../command-context.ts";
import { describeListenError } from "../describe-listen-error.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { readConfiguredExporters } from "../read-configured-exporters.ts";

/** Only this machine may connect, because the simulator prints the password that it accepts. */
const HOST = "127.0.0.1";

const ADVICE = "nightferry simulate --faults lists the faults";

export interface SimulateOptions {
  readonly port: number;
  readonly fault?: readonly string[];
  readonly faults?: boolean;
  readonly speed: number;
}

/** Serves a simulated SmartSync on this machine until SIGTERM or Ctrl-C. */
export async function simulate(context: CommandContext, options: SimulateOptions): Promise<void> {
  const { output, interrupted, env } = context;
  if (options.faults) return output.line(describeFaults());
  const fromEnvironment = parseFaults(env.simulatorFaults ?? "");
  if (!fromEnvironment.ok) {
    throw new CommandError(`NIGHTFERRY_SIMULATOR_FAULTS: ${fromEnvironment.error}; ${ADVICE}`, EXIT.configuration);
  }
  const fromOptions = parseFaults((options.fault ?? []).join(","));
  if (!fromOptions.ok) throw new CommandError(`${fromOptions.error}; ${ADVICE}`, EXIT.usage);
  const faults = { ...fromEnvironment.value, ...fromOptions.value };
  const simulator = createSimulator({ exporters: await readConfiguredExporters(context), faults, clockSpeed: options.speed });
  const url = await simulator.listen(options.port, HOST).catch((error: unknown) => {
    throw describeListenError(error, `${HOST}:${options.port}`, "choose another port with --port, or 0 for a free one");
  });
  output.line(`SmartSync simulator at ${url} (customerId 1, user demo, password demo)`);
  if (Object.keys(faults).length > 0) output.line(`injects ${Object.keys(faults).join(", ")}`);
  if (!interrupted.aborted) await once(interrupted, "abort");
  await simulator.close();
}
