import { openOutside } from "../../app.ts";
import { suggestName } from "../../config/nearest-name.ts";
import { describeFailure } from "../../core/base/describe-failure.ts";
import type { CommandContext } from "../command-context.ts";
import { entityDocument } from "../documents/entity-document.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { readConfiguration } from "../read-configuration.ts";

/** Lists the entities that a connection's login may view. */
export async function entities(context: CommandContext, connection: string, options: { readonly json?: boolean }): Promise<void> {
  const config = await readConfiguration(context);
  const outside = openOutside(config);
  try {
    const client = outside.findSmartSync(connection);
    if (!client) {
      const known = [...config.connections.keys()];
      throw new CommandError(`${config.file} has no connection ${connection}; ${suggestName(connection, known)}`, EXIT.usage);
    }
    const listed = await client.listEntities(["mu", "ct", "bu", "eg"], context.interrupted);
    if (!listed.ok) throw new CommandError(describeFailure(listed.error), EXIT.unavailable);
    const documents = listed.value.map(entityDocument);
    if (options.json) return context.output.json(documents);
    context.output.table(
      ["kind", "id", "name"],
      documents.map(({ kind, id, name }) => [kind, String(id), name]),
    );
  } finally {
    outside.close();
  }
}
