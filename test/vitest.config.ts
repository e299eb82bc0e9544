import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    // Most of the long tests wait for other processes: on two cores the default of one worker would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Tests wait for events; this only ends one that hangs, also on a busy machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    env: { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER", AWS_REGION: "us-east-1", NODE_NO_WARNINGS: "1" },
  },
});
