import { runCommand } from "../src/cli/run-command.ts";

// Keeps the tables and the world in agreement.
await runCommand(["worker", "--queues", "reconcile"]);
