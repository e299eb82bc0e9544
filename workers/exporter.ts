import { runCommand } from "../src/cli/run-command.ts";

// Submits jobs inside the budget, and looks how they stand.
await runCommand(["worker", "--queues", "submit,watch"]);
