import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** A PostgreSQL whose user may create databases. */
    databaseUrl: string;
    /** `null`: no Redis to test with. */
    redisUrl: string | null;
  }
}
