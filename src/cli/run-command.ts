import { CommanderError } from "commander";
import { CommandError, EXIT } from "./exit-codes.ts";
import { endProcess, onInterruption } from "./interruption.ts";
import { keepMemoryLean } from "./lean-memory.ts";
import { type Output, createOutput } from "./output.ts";
import { createProgram } from "./program.ts";

/** Runs the command that the arguments name, and ends the process with its exit code. Every error is printed here, as a sentence. */
export async function runCommand(args: readonly string[]): Promise<void> {
  keepMemoryLean();
  const output = createOutput(process.stdout, process.stderr);
  const code = await createProgram(output, onInterruption())
    .parseAsync([...args], { from: "user" })
    .then(
      () => EXIT.ok,
      (error: unknown) => explain(output, error),
    );
  endProcess(code);
}

async function explain(output: Output, error: unknown): Promise<number> {
  // Commander has already printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    output.note(error.message);
    return error.exitCode;
  }
  // Loaded only here, so that --help stays fast.
  const { isUnavailable } = await import("../app.ts");
  if (isUnavailable(error)) {
    output.note(error.message);
    return EXIT.unavailable;
  }
  output.note(`unexpected error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.internal;
}
