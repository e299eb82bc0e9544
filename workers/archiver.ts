import { runCommand } from "../src/cli/run-command.ts";

// Carries results into object storage, most urgent first.
await runCommand(["worker", "--queues", "archive"]);
