import { openTruth } from "../../app.ts";
import type { Session } from "../session.ts";

/** Brings the database up to date. Every start does the same; this does only that. */
export async function migrate({ env, output }: Session): Promise<void> {
  const truth = await openTruth(env);
  await truth.close();
  output.line(
    truth.migrations.length === 0 ? "the database is up to date" : `applied ${truth.migrations.join(", ")}; the database is up to date`,
  );
}
