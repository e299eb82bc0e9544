import { type App, type AppOptions, type Persistence, createApp, openPersistence } from "../app.ts";
import type { AppConfig } from "../config/app-config.ts";
import type { CommandContext } from "./command-context.ts";

/** Opens the tables for as long as `work` runs. */
export async function withPersistence<T>({ env }: Pick<CommandContext, "env">, work: (persistence: Persistence) => Promise<T>): Promise<T> {
  const persistence = await openPersistence(env);
  try {
    return await work(persistence);
  } finally {
    await persistence.close();
  }
}

/** Opens everything for as long as `work` runs. */
export async function withApp<T>(
  context: Pick<CommandContext, "env">,
  { config, ...options }: Omit<AppOptions, "persistence"> & { readonly config: AppConfig },
  work: (app: App) => Promise<T>,
): Promise<T> {
  return await withPersistence(context, async (persistence) => {
    const app = await createApp(context.env, config, { ...options, persistence });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  });
}
