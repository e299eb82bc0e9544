import { runCommand } from "../src/cli/run-command.ts";

// Submits jobs within the concurrency limit and polls them.
await runCommand(["worker", "--queues", "submit,poll"]);
