import type { CommandContext } from "../command-context.ts";
import { withPersistence } from "../with-app.ts";

/** Brings the tables up to date. Every command that opens them does so; this one does nothing else. */
export async function migrate(context: CommandContext): Promise<void> {
  const applied = await withPersistence(context, async ({ migrations }) => migrations);
  const isCurrent = "the database is up to date";
  context.output.line(applied.length === 0 ? isCurrent : `applied ${applied.join(", ")}; ${isCurrent}`);
}
