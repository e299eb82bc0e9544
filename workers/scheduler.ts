import { runCommand } from "../src/cli/run-command.ts";

// Finds due slots, and makes their runs.
await runCommand(["scheduler"]);
