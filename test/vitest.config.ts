import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const root = new URL("..", import.meta.url).pathname;

const shared = {
  root,
  pool: "forks",
  // Tests wait for events; this only ends one that hangs, also on a busy machine.
  testTimeout: 90_000,
  hookTimeout: 90_000,
  env: { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER", AWS_REGION: "us-east-1", NODE_NO_WARNINGS: "1" },
} as const;

/** `npm test -- --project core` runs one of them. `core` and `flows` need no service. */
export default defineConfig({
  test: {
    root,
    // Most of the long tests wait for other processes: on two cores the default of one worker would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      thresholds: { 100: true },
      reporter: [["text", { skipFull: true }], "text-summary"],
    },
    projects: [
      { test: { ...shared, name: "core", include: ["test/core/**/*.test.ts"] } },
      { test: { ...shared, name: "flows", include: ["test/{flows,simulated,nights}/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "adapters",
          include: ["test/{bullmq,cli,config,contracts,formats,http,postgres,simulator,smartsync,storage,tooling}/**/*.test.ts"],
          globalSetup: ["test/global-setup/database.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "processes",
          include: ["test/processes/**/*.test.ts"],
          globalSetup: ["test/global-setup/build.ts", "test/global-setup/database.ts"],
        },
      },
    ],
  },
});
