import { openOutside } from "../../app.ts";
import { describeFailure } from "../../core/describe-failure.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, readConfiguration } from "../session.ts";

/** Lists what a connection's login may export. */
export async function entities(session: Session, connection: string, options: { readonly json?: boolean }): Promise<void> {
  const config = await readConfiguration(session);
  if (!config.connections.has(connection)) {
    const known = [...config.connections.keys()].join(", ");
    throw new CommandError(`there is no connection ${connection}; the configuration has ${known}`, EXIT.usage);
  }
  const outside = openOutside(config);
  try {
    const listed = await outside.findSmartSync(connection)?.listEntities(["mu", "ct", "bu", "eg"], session.interrupted);
    if (!listed?.ok) throw new CommandError(listed ? describeFailure(listed.error) : `no connection ${connection}`, EXIT.unavailable);
    if (options.json) session.output.json(listed.value);
    else
      session.output.table(
        ["kind", "id", "name"],
        listed.value.map((entity) => [entity.kind, String(entity.id), entity.name]),
      );
  } finally {
    outside.close();
  }
}
