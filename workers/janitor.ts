import { runCommand } from "../src/cli/run-command.ts";

// Rebuilds what is missing, takes back what dead workers held.
await runCommand(["worker", "--queues", "maintain"]);
