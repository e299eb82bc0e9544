import type { CommandContext } from "../command-context.ts";
import { quantity } from "../output.ts";
import { readConfiguration } from "../read-configuration.ts";

/** Validates the configuration. With `connect`, also checks the WFM logins and the destinations that it names. */
export async function check(context: CommandContext, connect: boolean): Promise<void> {
  const config = await readConfiguration(context);
  const connections = quantity(config.connections.size, "connection");
  const destinations = quantity(config.destinations.size, "destination");
  const exports = quantity(config.exports.size, "export");
  context.output.line(`${config.file}: ${connections}, ${destinations}, ${exports}; no problems`);
  // Loaded only here, so that a check of the file alone is fast.
  if (connect) await (await import("../check-connections.ts")).checkConnections(context, config);
}
