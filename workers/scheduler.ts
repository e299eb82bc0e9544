import { runCommand } from "../src/cli/run-command.ts";

// Creates the runs of scheduled times.
await runCommand(["scheduler"]);
