import { runCommand } from "../src/cli/run-command.ts";

// Archives results, the earliest deadline first.
await runCommand(["worker", "--queues", "archive"]);
